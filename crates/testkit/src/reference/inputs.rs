//! What queries of the reference evaluator can read.

use flowgauge_ql::pipeline::SourceSpec;

use super::Row;

/// The events of a run.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// What a query reads that names no log group, in input order.
    pub events: Vec<Row>,
    /// The log groups.
    pub groups: Vec<Group>,
}

/// A log group.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its events, in input order.
    pub events: Vec<Row>,
}

impl From<Vec<Row>> for Inputs {
    fn from(events: Vec<Row>) -> Inputs {
        Inputs {
            events,
            groups: Vec::new(),
        }
    }
}

impl Inputs {
    /// The events of a source, of all times.
    pub(super) fn events(&self, source: &SourceSpec) -> Result<Vec<&Row>, String> {
        if source.choices.is_empty() {
            return Ok(self.events.iter().collect());
        }
        Err("log groups are not chosen yet".to_owned())
    }
}
