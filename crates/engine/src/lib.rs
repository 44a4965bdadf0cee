//! Runs Logs Insights pipelines on stock DataFusion; the only crate that names it.
//!
//! A query takes four steps: [`source`] lists the inputs and makes them a table, [`lower`] turns
//! the bound pipeline into a logical plan over it, DataFusion optimises, and [`run`] streams the
//! result. What the language computes lives in [`functions`] (scalar functions), [`aggregates`]
//! and [`kernels`] (operators); [`types`] says how its values are laid out.

pub mod aggregates;
mod codes;
pub mod error;
pub mod function;
pub mod functions;
mod grouping;
pub mod kernels;
pub mod lower;
mod memory;
pub mod registry;
pub mod run;
pub mod sort_key;
pub mod source;
pub mod statistics;
pub mod types;
pub mod values;

pub use error::{EngineError, InputError};
pub use run::{Outcome, Query, RunOptions};
pub use source::{Dataset, InputOptions};
pub use statistics::Statistics;
