//! Rows out of lists: `unnest`, `expand`, `parse … multi`.

use datafusion::common::{Column, Result, UnnestOptions};
use datafusion::logical_expr::Expr as Df;
use flowgauge_ql::pipeline::Expr;

use super::Lowering;
use super::expr::call;

impl Lowering {
    pub(super) fn unnest(&mut self, list: &Expr, into: &str) -> Result<()> {
        let elements = call("_elements", vec![self.expr(list)?])?;
        let element = self.explode("element", elements)?;
        self.add_columns(vec![(into.to_owned(), element)])
    }

    /// Adds a list as an internal column and makes a row of every element; an empty list drops
    /// its row.
    pub(super) fn explode(&mut self, label: &str, list: Df) -> Result<Df> {
        let column = self.add_internal(label, list)?;
        let Df::Column(Column { name, .. }) = &column else {
            return Ok(column);
        };
        let options = UnnestOptions::new().with_preserve_nulls(false);
        let name = Column::new_unqualified(name);
        self.rebuild(|plan| plan.unnest_column_with_options(name, options))?;
        Ok(column)
    }
}
