//! Inputs: files, folders, globs, standard input and objects, as one table of events.
//!
//! [`Dataset::open`] lists and sniffs; `table` makes it a DataFusion table with exactly the
//! columns that a query asks for; `scan` reads it with all cores. Nothing below holds more than
//! a few blocks of about a megabyte per core, whatever the size of the input.

mod blocks;
mod bytes;
mod catalog;
mod dataset;
mod decodable;
mod foreign;
mod gzip;
mod list;
mod live;
pub mod location;
mod open;
mod panics;
mod parquet_file;
mod pieces;
mod program;
mod rows;
pub mod s3;
mod scan;
pub mod sequential;
mod stage;
mod table;
mod text;
mod utf16;
mod work;

pub use catalog::{FileCatalog, LogGroup};
pub use dataset::{Dataset, InputOptions};
pub use list::local_files;
pub(crate) use list::reason;
pub use table::{EventTable, event_schema};
