//! The case files under `cases/`, which the reference evaluator passes too.

use std::path::Path;

use flowgauge_testkit::golden::{case_files, check_file};

use crate::harness::Engine;

#[test]
fn the_engine_passes_every_case() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases"));
    let update = std::env::var_os("UPDATE").is_some_and(|value| value == "1");
    let files = case_files(root).expect("the case files");
    assert!(!files.is_empty(), "no case file below {}", root.display());
    let reports: Vec<String> = files
        .iter()
        .filter_map(|file| check_file(file, &Engine, update).err())
        .collect();
    println!("{} case files", files.len());
    assert!(reports.is_empty(), "{}", reports.join("\n"));
}
