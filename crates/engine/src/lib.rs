//! Runs Logs Insights pipelines on stock DataFusion; the only crate that names it.
//!
//! A query takes three steps: [`lower`] turns the bound pipeline into a logical plan over the
//! tables that a [`catalog`] has ([`source`] is the one of files and objects), DataFusion
//! optimises, and [`run`] streams the result. What the language computes lives in [`functions`] (scalar functions), [`aggregates`]
//! and [`kernels`] (operators); [`types`] says how its values are laid out.

pub mod aggregates;
pub mod catalog;
mod codes;
pub mod error;
mod filling;
pub mod function;
pub mod functions;
mod grouping;
pub mod kernels;
pub mod lookup_table;
pub mod lower;
mod memory;
pub mod registry;
pub mod run;
pub mod sort_key;
pub mod source;
pub mod statistics;
pub mod types;
pub mod values;
mod windows;

pub use catalog::{Catalog, EventRequest, Events, FieldsRequest};
pub use error::{EngineError, InputError};
pub use lookup_table::LookupTable;
pub use run::{Outcome, Query, RunOptions};
pub use source::{Dataset, FileCatalog, InputOptions, LogGroup};
pub use statistics::Statistics;
