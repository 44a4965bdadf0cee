//! The reference evaluator: a bound pipeline over rows in memory, one row at a time.
//!
//! It is written from the language's description alone and shares nothing with the engine but the
//! pipeline and the value type, so that an error would have to be made twice to go unseen. It
//! prefers the plainest form of every rule; nothing here is fast.
//!
//! Two values are the same (grouping, `dedup`, `countDistinct`, `values`, `topk`) when they print
//! the same. Maps and lists count as missing wherever the language refuses them (spec 4.1).

mod aggregate;
mod arithmetic;
mod combine;
mod compare;
mod convert;
mod expression;
mod functions;
mod inputs;
mod java_time;
mod json;
mod order;
mod parse;
mod pattern;
mod rows;
mod steps;

use std::collections::BTreeMap;

use flowgauge_event::{Limits, TimeRange, Value};
use flowgauge_ql::Pipeline;

use expression::Evaluator;
pub use inputs::{Group, Inputs, LookupTable};
pub use rows::{FlowLogLines, JsonLines, ListedFlowLogLines, Loader, PlainLines, Row};
pub(crate) use rows::{is_default_flow_record, is_flow_header};

/// What a query knows about its run besides the events.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context {
    /// When the query started, milliseconds since the epoch.
    pub now: i64,
    /// First millisecond of the query window; `None`: no bound.
    pub start: Option<i64>,
    /// Last millisecond of the query window; `None`: no bound.
    pub end: Option<i64>,
    /// What the query may ask for.
    pub limits: Limits,
}

/// A row on its way through the steps.
#[derive(Debug, Clone)]
struct Working<'a> {
    /// The event behind the row; none once rows are groups.
    event: Option<&'a Row>,
    /// Columns that steps made.
    columns: BTreeMap<String, Value>,
    /// Place in the input, which breaks ties of the selectors.
    position: usize,
}

impl Working<'_> {
    fn column(&self, name: &str) -> Value {
        self.columns.get(name).cloned().unwrap_or(Value::Missing)
    }

    fn source(&self, name: &str) -> Value {
        self.event.map_or(Value::Missing, |event| event.get(name))
    }

    /// `@timestamp`, which a `stats` stage can hand on as a column of that name.
    fn timestamp(&self) -> Option<i64> {
        let value = match self.columns.get("@timestamp") {
            Some(value) => value.clone(),
            None => self.source("@timestamp"),
        };
        convert::millis(&value)
    }
}

/// Runs a pipeline over inputs and returns its rows, one value per output column.
///
/// Raw rows begin newest first, rows without a time last, ties in input order (spec 5.7). Fails
/// with a text on pipelines that the binder should not have let through.
pub fn run(
    pipeline: &Pipeline,
    inputs: &Inputs,
    context: &Context,
) -> Result<Vec<Vec<Value>>, String> {
    if pipeline.estimate {
        return Err("`estimate` reads nothing, so there is nothing to evaluate".to_owned());
    }
    let evaluator = Evaluator::new(pipeline, inputs, context);
    let rows = evaluator.rows(evaluator.window(), pipeline.steps.len())?;
    rows.iter()
        .map(|row| {
            pipeline
                .output
                .iter()
                .map(|column| evaluator.eval(&column.expr, row))
                .collect()
        })
        .collect()
}

impl<'c> Evaluator<'c> {
    /// The times of the events that the pipeline reads.
    fn window(&self) -> TimeRange {
        let own = TimeRange {
            start: self.context.start,
            end: self.context.end,
        };
        self.pipeline.source.window(own, self.context.now)
    }

    /// The rows after the first `count` steps of the pipeline, over the events of a window: its
    /// own ([`Evaluator::window`]), or an earlier one to compare with, where `count` is
    /// [`Evaluator::done`].
    fn rows(&self, window: TimeRange, count: usize) -> Result<Vec<Working<'c>>, String> {
        let before = self.done.get();
        let mut rows = input_rows(self.inputs.events(&self.pipeline.source)?, window);
        for (at, step) in self.pipeline.steps[..count].iter().enumerate() {
            self.done.set(at);
            rows = steps::apply(self, step, rows)?;
        }
        self.done.set(before);
        Ok(rows)
    }
}

fn input_rows(events: Vec<&Row>, window: TimeRange) -> Vec<Working<'_>> {
    let mut rows: Vec<Working<'_>> = events
        .into_iter()
        .enumerate()
        .map(|(position, event)| Working {
            event: Some(event),
            columns: BTreeMap::new(),
            position,
        })
        .filter(|row| match row.timestamp() {
            Some(millis) => window.contains(millis),
            None => window.is_unbounded(),
        })
        .collect();
    // `Option` puts a missing time first ascending, so the reverse puts it last.
    rows.sort_by_key(|row| std::cmp::Reverse(row.timestamp()));
    rows
}
