//! Published queries on logs of all kinds: whatever they ask for, the engine answers or says why
//! not in the user's words.
//!
//! The corpus is not part of the repository: it is looked for in `FLOWGAUGE_CORPUS`, then in
//! `shared/corpus` beside the workspace; without it the test says so and checks nothing.

use std::path::{Path, PathBuf};

use flowgauge_engine::EngineError;
use flowgauge_ql::{Options, codes, compile};
use flowgauge_testkit::reference::Context;
use serde_json::Value as Json;

use crate::harness::{Files, PLAIN};
use crate::mixed;

/// A window, so that the functions that ask for it have an answer; the queries run when it ends.
fn context() -> Context {
    Context {
        now: 1_714_608_000_000,
        start: mixed::DAY.start,
        end: mixed::DAY.end,
        ..Context::default()
    }
}

fn corpus() -> Option<PathBuf> {
    let folder = match std::env::var_os("FLOWGAUGE_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
    };
    folder.join("queries.jsonl").is_file().then_some(folder)
}

/// Id and text of the queries of a file, the suspect ones and filter patterns left out.
fn queries(file: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(file).expect("the corpus is readable");
    text.lines()
        .map(|line| serde_json::from_str::<Json>(line).expect("one JSON object a line"))
        .filter(|entry| entry["suspect"] != true && entry["kind"] != "filter-pattern")
        .map(|entry| {
            let query = entry["runnable"].as_str().or(entry["query"].as_str());
            let id = entry["id"].as_str().expect("an id");
            (id.to_owned(), query.expect("a query").to_owned())
        })
        .collect()
}

#[test]
fn published_queries_run() {
    let Some(folder) = corpus() else {
        println!("skipped: no corpus; set FLOWGAUGE_CORPUS to its folder");
        return;
    };
    let inputs: [Files; 2] = [mixed::all(), mixed::flow_logs()];
    let (mut ran, mut later, mut refused, mut rows) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    for file in ["queries.jsonl", "first-queries.jsonl"] {
        for (id, query) in queries(&folder.join(file)) {
            let compiled = compile(&query, &Options::default());
            let Some(pipeline) = &compiled.pipeline else {
                match compiled
                    .errors()
                    .all(|error| error.code == codes::CANNOT_RUN)
                {
                    true => later += 1,
                    false => refused += 1,
                }
                continue;
            };
            ran += 1;
            for files in &inputs {
                match files.run(pipeline, &context(), PLAIN) {
                    Ok(table) => rows += table.rows.len(),
                    Err(EngineError::Internal(problem)) => {
                        wrong.push(format!("{id}: internal: {problem}\n{query}"));
                    }
                    Err(error) => wrong.push(format!("{id}: {error}\n{query}")),
                }
            }
        }
    }
    println!(
        "{ran} published queries ran and gave {rows} rows; {later} use commands that cannot run \
         yet, {refused} do not compile"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
