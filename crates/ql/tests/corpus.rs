//! Published queries must compile; a stage that is understood but cannot run yet is no fault.
//!
//! The corpus is not part of the repository: it is looked for in `FLOWGAUGE_CORPUS`, then in
//! `shared/corpus` beside the workspace; without it the test says so and checks nothing.
//! `cases/corpus-invalid.txt` lists the queries that are really invalid, one `id<TAB>reason` a
//! line; the test fails both when another query fails and when a listed one is accepted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use flowgauge_ql::{Options, codes, compile};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn corpus() -> Option<PathBuf> {
    let folder = match std::env::var_os("FLOWGAUGE_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => workspace().join("../shared/corpus"),
    };
    folder.join("queries.jsonl").is_file().then_some(folder)
}

/// Id and text of the queries of a file, the suspect ones and filter patterns left out.
fn queries(file: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(file).expect("the corpus is readable");
    let mut queries = Vec::new();
    for line in text.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).expect("one JSON object a line");
        if entry["suspect"] == true || entry["kind"] == "filter-pattern" {
            continue;
        }
        let query = entry["runnable"].as_str().or(entry["query"].as_str());
        let id = entry["id"].as_str().expect("an id");
        queries.push((id.to_owned(), query.expect("a query").to_owned()));
    }
    queries
}

fn known_invalid() -> BTreeMap<String, String> {
    let file = workspace().join("cases/corpus-invalid.txt");
    let text = std::fs::read_to_string(file).expect("the list of invalid queries");
    text.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once('\t').expect("id, tab, reason"))
        .map(|(id, reason)| (id.to_owned(), reason.to_owned()))
        .collect()
}

#[test]
fn published_queries_compile() {
    let Some(folder) = corpus() else {
        println!("skipped: no corpus; set FLOWGAUGE_CORPUS to its folder");
        return;
    };
    let invalid = known_invalid();
    let mut all = queries(&folder.join("queries.jsonl"));
    all.extend(queries(&folder.join("first-queries.jsonl")));
    let (mut parsed, mut wrong) = (0, Vec::new());
    for (id, query) in &all {
        let result = compile(query, &Options::default());
        // What is understood but cannot run yet is no fault of the query.
        let error = result
            .errors()
            .find(|found| found.code != codes::CANNOT_RUN);
        match (error, invalid.get(id)) {
            (None, None) => parsed += 1,
            (Some(_), Some(_)) => {}
            (None, Some(reason)) => wrong.push(format!("{id}: accepted, but listed: {reason}")),
            (Some(error), None) => wrong.push(format!(
                "{id}: {} {} at `{}`",
                error.code,
                error.message,
                error.span.text(query)
            )),
        }
    }
    for id in invalid.keys() {
        if !all.iter().any(|(known, _)| known == id) {
            wrong.push(format!("{id}: listed, but not in the corpus"));
        }
    }
    println!(
        "{parsed} of {} published queries compile, {} are known to be invalid",
        all.len(),
        invalid.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
