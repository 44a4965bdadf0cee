//! What the tests of the other crates stand on; nothing here ships.
//!
//! - [`mod@reference`]: a naive row-by-row evaluator of bound pipelines, the oracle for the engine.
//! - [`golden`]: the runner of the case files under `cases/`, over any executor.
//! - [`generate`]: random data and random queries for property tests.

pub mod generate;
pub mod golden;
pub mod reference;
