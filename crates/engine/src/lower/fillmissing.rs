//! `fillmissing`: every row brings the empty bins around it.
//!
//! In the order of bins, a row of a combination of the other keys is followed by the bins up to
//! the next row of that combination, the first one also preceded by the bins from the beginning.
//! So rows are read once and none is held. Where there are no other keys and the range is known,
//! a row in front of all others stands for the bins of an empty result.

use datafusion::common::{Result, ScalarValue};
use datafusion::functions_window::expr_fn::{first_value, lag, lead};
use datafusion::logical_expr::{Expr as Df, LogicalPlanBuilder, SortExpr, lit};
use flowgauge_ql::pipeline::FillMissing;

use super::expr::{call, constant, missing, text};
use super::window::Over;
use super::{Lowering, named};
use crate::types;

impl Lowering {
    pub(super) fn fillmissing(&mut self, step: &FillMissing) -> Result<()> {
        let Some(bin) = self.names.get(&step.bin).cloned() else {
            return datafusion::common::internal_err!("fillmissing has no bin");
        };
        let floor = |time: i64| {
            let start = step.period.floor(time.saturating_sub(step.offset));
            start.saturating_add(step.offset)
        };
        let (start, end) = (self.context.start.map(floor), self.context.end.map(floor));
        let front = match (start, end) {
            (Some(start), Some(_)) if step.keys.len() == 1 => {
                Some(self.add_front(&bin, floor(start.saturating_sub(1)))?)
            }
            _ => None,
        };
        let bin = named(&bin);
        let first = self.range_end(&bin, start, false)?;
        let last = self.range_end(&bin, end, true)?;
        let of_combination = Over {
            partition: self.other_keys(step),
            order: vec![by_bin(&bin, false)],
        };
        let around = [
            lag(bin.clone(), Some(1), None),
            lead(bin.clone(), Some(1), None),
        ];
        let mut bins = vec![bin.clone()];
        bins.extend(self.add_windows("around", around.into(), &of_combination)?);
        let most = i64::try_from(self.context.limits.filled_bins).unwrap_or(i64::MAX);
        let period = text(&step.period.to_string());
        bins.extend([first, last, period, lit(step.offset), lit(most)]);
        let element = self.explode("bin", call("_fill_bins", bins)?)?;
        // The row itself is the one element that is its own bin.
        let own = element.clone().eq(bin.clone()).or(bin.clone().is_null());
        let is_new = self.add_internal("new", Df::Not(Box::new(own)))?;
        if let Some(front) = front {
            let front = Df::Not(Box::new(front)).or(is_new.clone());
            self.rebuild(|plan| plan.filter(front))?;
        }
        self.fill(step, &is_new, element)?;
        let keys = step.keys.iter().filter_map(|key| self.names.get(key));
        let keys: Vec<Df> = keys.map(|column| named(column)).collect();
        let mut order = self.group_order(&keys)?;
        order.append(&mut self.order);
        self.order = order;
        Ok(())
    }

    /// Adds a row at a bin in front of all others, with nothing else in it, and gives the column
    /// that tells it.
    fn add_front(&mut self, bin: &str, at: i64) -> Result<Df> {
        let is_front = self.internal_name("front");
        let mut row = Vec::new();
        for column in self.plan.schema().columns() {
            let kind = self.type_of(&Df::Column(column.clone()))?;
            let value = match column.name == bin {
                true => ScalarValue::TimestampMillisecond(Some(at), None),
                false => ScalarValue::try_from(kind)?,
            };
            row.push(Df::Literal(value, None).alias(column.name));
        }
        row.push(lit(true).alias(&is_front));
        let front = LogicalPlanBuilder::empty(true).project(row)?.build()?;
        let others = self.plan.schema().columns().into_iter().map(Df::Column);
        let others: Vec<Df> = others.chain([lit(false).alias(&is_front)]).collect();
        self.rebuild(|plan| plan.project(others)?.union(front))?;
        Ok(named(&is_front))
    }

    /// Where the bins begin or end: at a known bin, or else at the first or last one there is.
    fn range_end(&mut self, bin: &Df, known: Option<i64>, last: bool) -> Result<Df> {
        if let Some(known) = known {
            let known = ScalarValue::TimestampMillisecond(Some(known), None);
            return Ok(Df::Literal(known, None));
        }
        let over = Over {
            partition: Vec::new(),
            order: vec![by_bin(bin, last)],
        };
        self.add_window("end", first_value(bin.clone()), &over)
    }

    fn other_keys(&self, step: &FillMissing) -> Vec<Df> {
        let others = step.keys.iter().filter(|key| **key != step.bin);
        let columns = others.filter_map(|key| self.names.get(key));
        columns.map(|column| named(column)).collect()
    }

    /// Gives new rows their bin and constants, and takes from them whatever is not a key.
    fn fill(&mut self, step: &FillMissing, is_new: &Df, element: Df) -> Result<()> {
        let mut columns = vec![(step.bin.clone(), element)];
        let mut names: Vec<String> = self.names.keys().cloned().collect();
        names.sort_unstable();
        for name in names.into_iter().filter(|name| !step.keys.contains(name)) {
            let value = named(&self.names[&name]);
            let fill = step.fills.iter().find(|(filled, _)| *filled == name);
            let fill = match fill {
                // In a column of lists a constant is a list of itself.
                Some((_, fill)) if self.type_of(&value)? == types::LIST => {
                    call("_list_of_one", vec![constant(fill)])?
                }
                Some((_, fill)) => constant(fill),
                None => missing(self.type_of(&value)?)?,
            };
            let value = call("if", vec![is_new.clone(), fill, value])?;
            columns.push((name, value));
        }
        self.add_columns(columns)
    }
}

/// By bin; rows without one come last, so that they are nobody's neighbours.
fn by_bin(bin: &Df, falling: bool) -> SortExpr {
    bin.clone().sort(!falling, false)
}
