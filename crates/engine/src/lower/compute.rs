//! Computed columns: `fields a + b as c`.

use datafusion::common::Result;
use datafusion::logical_expr::Expr as Df;
use flowgauge_ql::pipeline::{Computed, Expr};

use super::Lowering;

impl Lowering {
    /// Adds computed columns. Those that do not read one another come in one projection: each is as
    /// wide as all columns so far, and planning it costs the square of that.
    pub(super) fn compute<'a>(&mut self, items: impl Iterator<Item = &'a Computed>) -> Result<()> {
        let mut together: Vec<(String, Df)> = Vec::new();
        for item in items {
            let is_there = |name: &str| together.iter().any(|(other, _)| other == name);
            let mut waits = is_there(&item.name);
            item.expr.walk(&mut |part| {
                waits |= matches!(part, Expr::Column(name) if is_there(name));
            });
            if waits {
                self.add_columns(std::mem::take(&mut together))?;
            }
            together.push((item.name.clone(), self.expr(&item.expr)?));
        }
        if together.is_empty() {
            return Ok(());
        }
        self.add_columns(together)
    }
}
