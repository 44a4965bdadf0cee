//! `addtotals`: a kernel along rows, running sums along columns.
//!
//! The last row is one more element of the row before it: the sums that run along the columns are
//! complete there. So rows are read once and none is held.

use datafusion::common::Result;
use datafusion::functions_window::expr_fn::lead;
use datafusion::logical_expr::{Expr as Df, lit};
use flowgauge_ql::pipeline::AddTotals;

use super::Lowering;
use super::expr::{call, missing};
use super::order::ordering;
use super::window::running;
use crate::types;

impl Lowering {
    pub(super) fn addtotals(&mut self, step: &AddTotals) -> Result<()> {
        let mut columns = Vec::new();
        let mut numbers = Vec::new();
        for field in &step.fields {
            let value = self.expr(&field.expr)?;
            let kind = self.type_of(&value)?;
            // Neither times nor lists are amounts.
            let amount = kind != types::TIME && kind != types::LIST;
            let number = match amount {
                true => {
                    let number = call("tonumber", vec![self.numeric(&field.expr)?])?;
                    Some(self.add_internal("number", number)?)
                }
                false => None,
            };
            numbers.extend(number.clone());
            columns.push((field.name.clone(), value, number));
        }
        if let Some(name) = &step.total {
            let total = match numbers.is_empty() {
                true => missing(types::number())?,
                false => call("_row_total", numbers)?,
            };
            let total = self.add_internal("total", total)?;
            columns.push((name.clone(), total.clone(), Some(total)));
        }
        if step.summary {
            return self.add_summary(columns);
        }
        let total = columns.pop().filter(|_| step.total.is_some());
        self.name_columns(
            total
                .into_iter()
                .map(|(name, total, _)| (name, total))
                .collect(),
        );
        Ok(())
    }

    /// Adds a last row with the sum of each column (name, value, number), and nothing else.
    fn add_summary(&mut self, columns: Vec<(String, Df, Option<Df>)>) -> Result<()> {
        let over = self.current_order();
        let sums = columns
            .iter()
            .filter_map(|(_, _, number)| number.clone())
            .map(|number| running("_running_sum", number))
            .collect::<Result<_>>()?;
        let mut sums = self.add_windows("sum", sums, &over)?.into_iter();
        let next = self.add_window("next", lead(lit(true), Some(1), None), &over)?;
        let parts = call("_summary_parts", vec![next.is_null()])?;
        let is_sum = self.explode("sum", parts)?;
        let mut replaced = Vec::new();
        for (name, value, number) in columns {
            let sum = match number.and_then(|_| sums.next()) {
                Some(sum) => call("_shown", vec![sum])?,
                None => missing(self.type_of(&value)?)?,
            };
            replaced.push((name, call("if", vec![is_sum.clone(), sum, value])?));
        }
        self.add_columns(replaced.clone())?;
        let kept: Vec<String> = replaced
            .iter()
            .filter_map(|(name, _)| self.names.get(name).cloned())
            .collect();
        // Whatever else the row had belongs to the row before.
        let mut cleared = Vec::new();
        for column in self.plan.schema().columns() {
            let value = Df::Column(column.clone());
            if kept.contains(&column.name) || value == is_sum {
                cleared.push(value);
                continue;
            }
            let kind = self.type_of(&value)?;
            let value = call("if", vec![is_sum.clone(), missing(kind)?, value])?;
            cleared.push(value.alias_qualified(column.relation, column.name));
        }
        self.rebuild(|plan| plan.project(cleared))?;
        self.order.insert(0, ordering(is_sum, false));
        Ok(())
    }
}
