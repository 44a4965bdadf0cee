//! `filldown`: the last value over the current order.

use datafusion::common::Result;
use flowgauge_ql::pipeline::Computed;

use super::Lowering;
use super::window::running;

impl Lowering {
    pub(super) fn filldown(&mut self, columns: &[Computed]) -> Result<()> {
        let columns: Vec<&Computed> = columns
            .iter()
            .filter(|column| self.read.contains(&column.name))
            .collect();
        let mut functions = Vec::new();
        for column in &columns {
            // The optimizer cannot compute the same call of two window nodes once, but tries.
            let value = self.expr(&column.expr)?;
            let value = self.add_internal("value", value)?;
            functions.push(running("_fill_down", value)?);
        }
        let over = self.current_order();
        let filled = self.add_windows("filled", functions, &over)?;
        let names = columns.iter().map(|column| column.name.clone());
        self.name_columns(names.zip(filled).collect());
        Ok(())
    }
}
