//! `outlier`: exact quartiles of all rows without holding them.
//!
//! A quartile depends on every row, and every row on the quartiles. Three sorts that may use the
//! disk do it: by value, which gives ranks; by falling value, whose first row knows how many
//! numbers there are; and quartiles first, so that they can be handed on to all other rows. The
//! rows that are the quartiles themselves are usual by definition.

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::functions_aggregate::min_max::max_udaf;
use datafusion::functions_window::expr_fn::{first_value, row_number};
use datafusion::logical_expr::{Expr as Df, cast, lit, when};
use flowgauge_ql::pipeline::{Computed, Outlier};

use super::Lowering;
use super::expr::call;
use super::window::{Over, running_aggregate};
use crate::types;

/// The quartiles, missing in the rows that are them.
struct Quartiles {
    first: Df,
    third: Df,
}

impl Lowering {
    pub(super) fn outlier(&mut self, step: &Outlier) -> Result<()> {
        let mut clamped = Vec::new();
        let mut any = lit(false);
        for field in &step.fields {
            let value = self.expr(&field.expr)?;
            let kind = self.type_of(&value)?;
            // Neither times nor lists are amounts.
            if kind == types::TIME || kind == types::LIST {
                clamped.push((field.name.clone(), value));
                continue;
            }
            let (value, found) = self.judge(field, value, step)?;
            clamped.push((field.name.clone(), value));
            any = any.or(found);
        }
        let any = self.add_internal("outlier", any)?;
        if !step.remove {
            self.add_columns(clamped)?;
        }
        if let Some(mark) = &step.mark {
            self.add_columns(vec![(mark.clone(), any.clone())])?;
        }
        if step.remove {
            self.rebuild(|plan| plan.filter(Df::Not(Box::new(any))))?;
        }
        Ok(())
    }

    /// A field with bounds in place of outliers, and whether a row has one.
    fn judge(&mut self, field: &Computed, value: Df, step: &Outlier) -> Result<(Df, Df)> {
        let number = call("tonumber", vec![self.numeric(&field.expr)?])?;
        let number = self.add_internal("number", number)?;
        let quartiles = self.quartiles(&number)?;
        let reach = lit(step.param) * (quartiles.third.clone() - quartiles.first.clone());
        let beyond = |kernel: &str, bound: &Df| -> Result<Df> {
            let beyond = call(kernel, vec![number.clone(), bound.clone()])?;
            Ok(number
                .clone()
                .is_not_null()
                .and(bound.clone().is_not_null())
                .and(beyond))
        };
        let highest = self.add_internal("highest", quartiles.third + reach.clone())?;
        let above = beyond("_greater", &highest)?;
        let mut found = above.clone();
        let mut clamped = call("if", vec![above, call("_shown", vec![highest])?, value])?;
        if step.lower {
            let lowest = self.add_internal("lowest", quartiles.first - reach)?;
            let below = beyond("_less", &lowest)?;
            found = found.or(below.clone());
            clamped = call("if", vec![below, call("_shown", vec![lowest])?, clamped])?;
        }
        Ok((clamped, self.add_internal("found", found)?))
    }

    fn quartiles(&mut self, number: &Df) -> Result<Quartiles> {
        let value = call("_to_float", vec![number.clone()])?;
        let value = self.add_internal("value", value)?;
        let over = |order| Over {
            partition: Vec::new(),
            order,
        };
        let rising = over(vec![value.clone().sort(true, false)]);
        let rank = self.add_window("rank", row_number(), &rising)?;
        let rank = self.add_internal("rank", cast(rank, DataType::Int64))?;
        let falling = over(vec![
            value.clone().sort(false, false),
            rank.clone().sort(false, false),
        ]);
        let count = self.add_window("count", first_value(rank.clone()), &falling)?;
        // ⌈n/4⌉ and ⌈3n/4⌉.
        let is_value = value.clone().is_not_null();
        let at = |of: Df| {
            let place = (of + lit(3i64)) / lit(4i64);
            when(is_value.clone().and(rank.clone().eq(place)), value.clone()).end()
        };
        let (first, third) = (at(count.clone())?, at(count * lit(3i64))?);
        let first = self.add_internal("q", first)?;
        let third = self.add_internal("q", third)?;
        let is_quartile = first.clone().is_not_null().or(third.clone().is_not_null());
        let quartiles_first = over(vec![
            is_quartile.sort(false, false),
            value.sort(true, false),
        ]);
        let maxima = [first, third].map(|part| running_aggregate(max_udaf(), part));
        let mut handed = self
            .add_windows("quartile", maxima.into(), &quartiles_first)?
            .into_iter();
        match (handed.next(), handed.next()) {
            (Some(first), Some(third)) => Ok(Quartiles { first, third }),
            _ => datafusion::common::internal_err!("quartiles are two columns"),
        }
    }
}
