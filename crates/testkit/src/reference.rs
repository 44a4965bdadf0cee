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
mod compare;
mod convert;
mod expression;
mod functions;
mod java_time;
mod json;
mod order;
mod parse;
mod rows;
mod steps;

use std::collections::BTreeMap;

use flowgauge_event::{TimeRange, Value};
use flowgauge_ql::Pipeline;

use expression::Evaluator;
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

/// Runs a pipeline over events in input order and returns its rows, one value per output column.
///
/// Raw rows begin newest first, rows without a time last, ties in input order (spec 5.7). Fails
/// with a text on pipelines that the binder should not have let through.
pub fn run(
    pipeline: &Pipeline,
    events: &[Row],
    context: &Context,
) -> Result<Vec<Vec<Value>>, String> {
    if pipeline.estimate {
        return Err("`estimate` reads nothing, so there is nothing to evaluate".to_owned());
    }
    let evaluator = Evaluator::new(context);
    let mut rows = input_rows(events, context);
    for step in &pipeline.steps {
        rows = steps::apply(&evaluator, step, rows)?;
    }
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

fn input_rows<'a>(events: &'a [Row], context: &Context) -> Vec<Working<'a>> {
    let window = TimeRange {
        start: context.start,
        end: context.end,
    };
    let mut rows: Vec<Working<'a>> = events
        .iter()
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
