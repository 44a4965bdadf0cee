//! The examples of both registries through the whole engine.

use flowgauge_engine::EngineError;
use flowgauge_ql::commands::COMMANDS;
use flowgauge_ql::functions::FUNCTIONS;
use flowgauge_ql::{Options, compile};
use flowgauge_testkit::reference::Context;

use crate::harness::{Files, PLAIN};
use crate::mixed;

#[test]
fn function_examples_show_what_the_registry_says() {
    let files = Files::new([("one.log", "1970-01-01T00:00:00Z one event\n")]);
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for function in FUNCTIONS {
        for (expression, expected) in function.examples {
            seen += 1;
            let query = format!("fields {expression} as result | limit 1");
            let Some(pipeline) = compile(&query, &Options::default()).pipeline else {
                wrong.push(format!("{expression}: does not compile"));
                continue;
            };
            let shown = match files.run(&pipeline, &Context::default(), PLAIN) {
                Ok(table) => table.rows[0][0].clone(),
                Err(error) => {
                    wrong.push(format!("{expression}: {error}"));
                    continue;
                }
            };
            if shown.as_deref() != *expected {
                wrong.push(format!("{expression}: {shown:?} instead of {expected:?}"));
            }
        }
    }
    println!("{seen} examples");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 100, "only {seen} examples");
}

#[test]
fn query_examples_run_on_logs_of_all_kinds() {
    let (mixed, flows) = (mixed::all(), mixed::flow_logs());
    let queries = COMMANDS
        .iter()
        .flat_map(|command| command.examples)
        .chain(FUNCTIONS.iter().flat_map(|function| function.queries));
    // Queries that compare windows need one.
    let context = Context {
        start: mixed::DAY.start,
        end: mixed::DAY.end,
        ..Context::default()
    };
    let mut wrong = Vec::new();
    for example in queries {
        let compiled = compile(example.query, &mixed::options());
        let Some(pipeline) = compiled.pipeline else {
            wrong.push(format!("{}: {:?}", example.query, compiled.diagnostics));
            continue;
        };
        for files in [&mixed, &flows] {
            if let Err(error) = files.run(&pipeline, &context, PLAIN) {
                let internal = matches!(error, EngineError::Internal(_));
                wrong.push(format!("{}: {error} (internal: {internal})", example.query));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
