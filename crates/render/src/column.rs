//! The columns of a result and the part they play in it.

use flowgauge_ql::Pipeline;
use flowgauge_ql::pipeline::Step;

/// What a column is to its result. Charts need it, and text tables align by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A field of a result that is not grouped, or nothing is known about the column.
    Field,
    /// A group key of `stats … by`.
    Key,
    /// A result of `stats`.
    Measure,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The header, as the user wrote it.
    pub name: String,
    /// What the column is to the result.
    pub role: Role,
}

impl Column {
    /// A column of an ungrouped result.
    pub fn field(name: impl Into<String>) -> Column {
        Column {
            name: name.into(),
            role: Role::Field,
        }
    }

    /// A group key.
    pub fn key(name: impl Into<String>) -> Column {
        Column {
            name: name.into(),
            role: Role::Key,
        }
    }

    /// A result of an aggregation.
    pub fn measure(name: impl Into<String>) -> Column {
        Column {
            name: name.into(),
            role: Role::Measure,
        }
    }

    /// The columns that a query shows, with the parts they play: the last `stats` decides. A
    /// column computed after it is a plain field.
    pub fn of(pipeline: &Pipeline) -> Vec<Column> {
        let grouping = pipeline.steps.iter().rev().find_map(|step| match step {
            Step::Aggregate { keys, outputs, .. } => Some((keys, outputs)),
            _ => None,
        });
        pipeline
            .output
            .iter()
            .map(|shown| match grouping {
                Some((keys, _)) if keys.iter().any(|key| key.name == shown.name) => {
                    Column::key(&shown.name)
                }
                Some((_, outputs)) if outputs.iter().any(|output| output.name == shown.name) => {
                    Column::measure(&shown.name)
                }
                _ => Column::field(&shown.name),
            })
            .collect()
    }
}
