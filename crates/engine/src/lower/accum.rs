//! `accum`: a running sum over the current order.

use datafusion::common::Result;
use flowgauge_ql::pipeline::Expr;

use super::Lowering;
use super::expr::{call, missing};
use super::window::running;
use crate::types;

impl Lowering {
    pub(super) fn accum(&mut self, field: &Expr, into: &str) -> Result<()> {
        let number = call("tonumber", vec![self.numeric(field)?])?;
        let number = self.add_internal("number", number)?;
        let over = self.current_order();
        let sum = self.add_window("sum", running("_running_sum", number.clone())?, &over)?;
        // Where there is no number, the sum goes on unseen.
        let shown = call(
            "if",
            vec![number.is_not_null(), sum, missing(types::number())?],
        )?;
        self.add_columns(vec![(into.to_owned(), shown)])
    }
}
