//! Rows out of lists: `unnest`, `expand`, `parse … multi`.

use datafusion::common::{Column, Result, UnnestOptions};
use datafusion::logical_expr::Expr as Df;
use flowgauge_ql::pipeline::Expr;

use super::Lowering;
use super::expr::call;
use super::order::ordering;

impl Lowering {
    pub(super) fn unnest(&mut self, list: &Expr, into: &str) -> Result<()> {
        let elements = call("_elements", vec![self.expr(list)?])?;
        let element = self.explode("element", elements)?;
        self.add_columns(vec![(into.to_owned(), element)])
    }

    /// Adds a list as an internal column and makes a row of every element, which follow one
    /// another in the order of the list; an empty list drops its row.
    pub(super) fn explode(&mut self, label: &str, list: Df) -> Result<Df> {
        let element = self.add_internal(label, list)?;
        let ordinal = self.add_internal("ordinal", call("_ordinals", vec![element.clone()])?)?;
        let columns: Vec<Column> = [&element, &ordinal]
            .into_iter()
            .filter_map(|column| column.try_as_col().cloned())
            .collect();
        let options = UnnestOptions::new().with_preserve_nulls(false);
        self.rebuild(|plan| plan.unnest_columns_with_options(columns, options))?;
        // The optimizer takes a group key for unique behind an unnest too, and would drop whatever
        // plain column follows it in an order.
        let place = call("tolong", vec![ordinal])?;
        self.order.push(ordering(place, false));
        self.exploded = true;
        Ok(element)
    }
}
