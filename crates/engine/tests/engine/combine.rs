//! Limits of the commands that bring in other tables, and what they do to plans.

use flowgauge_engine::EngineError;
use flowgauge_ql::pipeline::GroupFacts;
use flowgauge_ql::{Options, compile};
use flowgauge_testkit::reference::Context;

use crate::harness::{Files, Machine};

/// Ten events with different numbers, and the same ones as the group `other`.
fn ten() -> Files {
    let text: String = (0..10)
        .map(|n| {
            format!(
                "{{\"timestamp\":{},\"n\":{n}}}\n",
                1_714_521_600_000_i64 + n
            )
        })
        .collect();
    let files = [("app.json", text.as_str())];
    Files::new(files).with_group(GroupFacts::named("other"), files)
}

fn refused(files: &Files, query: &str, part: &str) {
    match files.show(query) {
        Err(EngineError::Execution(message) | EngineError::Resources(message)) => {
            assert!(message.contains(part), "{query}: {message}");
        }
        other => panic!("{query}: {other:?}"),
    }
}

#[test]
fn limits_are_kept_and_named() {
    let subquery = "filter n in (SOURCE 'other' | fields n) | stats count(*) as c";
    assert_eq!(ten().show(subquery).expect("runs"), "c\n10");
    let exact = ten().with_limit("subquery-values", 10);
    assert_eq!(exact.show(subquery).expect("runs"), "c\n10");
    let few = ten().with_limit("subquery-values", 9);
    refused(&few, subquery, "at most 9 different values");
    let join = "join left=a right=b where a.n = b.n (SOURCE 'other') | stats count(*) as c";
    let exact = ten().with_limit("join-keys", 10);
    assert_eq!(exact.show(join).expect("runs"), "c\n10");
    let few = ten().with_limit("join-keys", 9);
    refused(&few, join, "at most 9 different keys");
}

#[test]
fn what_is_not_there_is_an_input_error() {
    let files = ten();
    for (query, problem) in [
        (
            "SOURCE logGroups(namePrefix: ['x']) | fields n",
            "no log group is chosen; the log groups are: other",
        ),
        ("SOURCE 'othr' | fields n", "no log group is called `othr`"),
        ("lookup t n OUTPUT x", "no lookup table is called `t`"),
    ] {
        match files.show(query) {
            Err(EngineError::Input(error)) => assert!(error.problem.contains(problem), "{error}"),
            other => panic!("{query}: {other:?}"),
        }
    }
    let table = files.with_table("t", "n,x\n1,a\n");
    refused(
        &table,
        "lookup t n OUTPUT y",
        "`t` has no column `y`; its columns are: n, x",
    );
    refused(
        &table,
        "cidrlookup t address OUTPUT x",
        "no column that holds only address ranges",
    );
}

#[test]
fn rows_that_do_not_fit_are_refused() {
    let long = "x".repeat(1_000);
    let text: String = (0..2_000)
        .map(|n| format!("{{\"n\":{n},\"text\":\"{long}{n}\"}}\n"))
        .collect();
    let files = [("big.json", text.as_str())];
    let files = Files::new(files).with_group(GroupFacts::named("other"), files);
    let small = Machine {
        threads: 1,
        memory: 4 << 20,
    };
    let join = "join left=a right=b where a.n = b.n (SOURCE 'other')";
    for (query, fits) in [
        (format!("{join} | stats count(*) as c"), true),
        (format!("{join} | stats max(b.text) as t"), false),
        (
            "appendcols (SOURCE 'other' | fields text as t | display t) | stats count(t)"
                .to_owned(),
            false,
        ),
    ] {
        let pipeline = compile(&query, &Options::default())
            .pipeline
            .expect("compiles");
        match files.run(&pipeline, &Context::default(), small) {
            Ok(_) if fits => {}
            Err(EngineError::Resources(message)) if !fits => {
                assert!(message.contains("may be held"), "{message}");
            }
            other => panic!("{query}: {other:?}"),
        }
    }
}

#[test]
fn estimates_run_no_inner_query() {
    // The list would be too long, if it were read.
    let files = ten().with_limit("subquery-values", 1);
    let both = files.show("filter n in (SOURCE 'other' | fields n) | estimate");
    let one: u64 = files
        .show("estimate")
        .expect("runs")
        .lines()
        .nth(1)
        .and_then(|bytes| bytes.parse().ok())
        .expect("a number");
    assert_eq!(both.expect("runs"), format!("estimatedBytes\n{}", 2 * one));
}
