//! Properties of generated queries: they compile, the reference evaluator runs them, and what a
//! stage promises holds for the rows that come out.

use flowgauge_event::Value;
use flowgauge_ql::{Options, compile};
use flowgauge_testkit::generate::{Dataset, dataset, expression, inputs, query};
use flowgauge_testkit::reference::{FlowLogLines, JsonLines, Loader, Row, run};
use proptest::prelude::*;

fn rows(data: &Dataset) -> Vec<Row> {
    let loader: &dyn Loader = if data.name.ends_with(".json") {
        &JsonLines
    } else {
        &FlowLogLines
    };
    loader.load(data.name, &data.text).expect("generated data")
}

fn results(text: &str, data: &Dataset) -> Result<Vec<Vec<Value>>, TestCaseError> {
    let compiled = compile(text, &Options::default());
    let errors: Vec<_> = compiled.errors().collect();
    prop_assert!(errors.is_empty(), "{text}\n{errors:?}");
    let pipeline = compiled.pipeline.expect("no error");
    run(&pipeline, &inputs(rows(data)), &data.context())
        .map_err(|problem| TestCaseError::fail(format!("{text}\n{problem}")))
}

/// Data, and text generated for its fields.
fn data_and<S: Strategy<Value = String>>(
    text: fn(&Dataset) -> S,
) -> impl Strategy<Value = (Dataset, String)> {
    dataset().prop_flat_map(move |data| {
        let text = text(&data);
        (Just(data), text)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn generated_queries_run((data, text) in data_and(query)) {
        results(&text, &data)?;
    }

    #[test]
    fn a_limit_keeps_the_first_rows((data, text) in data_and(query)) {
        let text = text.split(" | limit ").next().unwrap_or(&text);
        let all = results(text, &data)?;
        let some = results(&format!("{text} | limit 3"), &data)?;
        prop_assert_eq!(&all[..all.len().min(3)], &some[..]);
    }

    #[test]
    fn conditions_split_the_rows((data, condition) in data_and(|data| expression(data.fields))) {
        // Truth has two values: each row satisfies a condition or its negation.
        let count = |condition: &str| {
            results(&format!("fields @message | filter {condition}"), &data).map(|rows| rows.len())
        };
        let all = results("fields @message", &data)?.len();
        prop_assert_eq!(count(&condition)? + count(&format!("not ({condition})"))?, all);
    }
}
