//! The golden runner: case files with data, queries and expected results, over any executor.
//!
//! A case file (`cases/**/*.insights`; its format is in `cases/README.md`) holds data and any
//! number of queries, each with the table or the diagnostics that must come out. An [`Executor`]
//! runs them: the reference evaluator in this crate's tests, the engine in its own. With `UPDATE=1`
//! in the environment the runner writes what came out into the files.

mod case;
mod executors;
mod runner;
mod table;

pub use case::{Case, CaseFile, CaseGroup, DataFile, Options, Surroundings};
pub use executors::{Compiled, Prepared, ReferenceExecutor, run_reference};
pub use runner::{CaseInput, Executor, case_files, check_file, run_tests};
pub use table::{CaseOutput, Table};
