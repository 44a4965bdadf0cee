//! Every example of the function registry, computed by the reference evaluator.

use flowgauge_event::Value;
use flowgauge_ql::functions::FUNCTIONS;
use flowgauge_ql::{Options, compile};
use flowgauge_testkit::reference::{Context, Row, run};

#[test]
fn the_registry_shows_what_the_oracle_computes() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for function in FUNCTIONS {
        for (expression, expected) in function.examples {
            seen += 1;
            let query = format!("fields {expression} as shown");
            let compiled = compile(&query, &Options::default());
            let Some(pipeline) = compiled.pipeline else {
                wrong.push(format!("{expression}: {:?}", compiled.diagnostics));
                continue;
            };
            let event = Row::new([("@timestamp", Value::Time(0))]);
            let printed = run(&pipeline, &vec![event].into(), &Context::default())
                .map(|rows| rows[0][0].print().map(|text| text.into_owned()));
            if printed.as_ref().map(Option::as_deref) != Ok(*expected) {
                wrong.push(format!("{expression}: {printed:?} instead of {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 100, "only {seen} examples");
}
