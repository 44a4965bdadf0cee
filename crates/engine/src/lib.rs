//! Runs Logs Insights pipelines on stock DataFusion; the only crate that names it.

pub mod aggregates;
pub mod function;
pub mod functions;
pub mod sort_key;
pub mod types;
pub mod values;
