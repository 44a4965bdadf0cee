//! The case files through the reference evaluator: what the cases promise and what the oracle
//! computes must be the same.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use flowgauge_testkit::golden::{ReferenceExecutor, run_tests};

fn main() -> ExitCode {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases"));
    run_tests(root, Arc::new(ReferenceExecutor))
}
