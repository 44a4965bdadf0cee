//! `sessionize`: three windows over the rows by time.
//!
//! A row begins a session when the one before it, of the same identity, is missing or too long
//! ago. Beginnings are counted over all rows by time; a row's session is that of the last beginning
//! of its identity.

use datafusion::common::Result;
use datafusion::functions_aggregate::min_max::max_udaf;
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::functions_window::expr_fn::lag;
use datafusion::logical_expr::{lit, when};
use flowgauge_ql::pipeline::Sessionize;

use super::Lowering;
use super::expr::call;
use super::order::ordering;
use super::window::{Over, running_aggregate};

impl Lowering {
    pub(super) fn sessionize(&mut self, step: &Sessionize) -> Result<()> {
        let time = call("tomillis", vec![self.expr(&step.time)?])?;
        let time = self.add_internal("time", time)?;
        let mut who = Vec::new();
        let mut counts = time.clone().is_not_null();
        for field in &step.identity {
            let key = self.group_key(self.expr(field)?)?;
            let key = self.add_internal("who", key)?;
            counts = counts.and(key.clone().is_not_null());
            who.push(key);
        }
        // Rows of one time keep the order that they have.
        let mut by_time = vec![ordering(time.clone(), false)];
        by_time.extend(self.order.iter().cloned());
        let of_one = Over {
            partition: who,
            order: by_time.clone(),
        };
        let of_all = Over {
            partition: Vec::new(),
            order: by_time,
        };
        let before = self.add_window("before", lag(time.clone(), Some(1), None), &of_one)?;
        let apart = before
            .clone()
            .is_null()
            .or((time - before).gt(lit(step.maxspan)));
        let begins = self.add_internal("begins", counts.clone().and(apart))?;
        let one = when(begins.clone(), lit(1i64)).otherwise(lit(0i64))?;
        let one = running_aggregate(sum_udaf(), one);
        let begun = self.add_window("begun", one, &of_all)?;
        let begun = when(begins, begun).end()?;
        let latest = running_aggregate(max_udaf(), begun);
        let session = self.add_window("session", latest, &of_one)?;
        let session = when(counts, session).end()?;
        self.add_columns(vec![(step.into.clone(), session)])
    }
}
