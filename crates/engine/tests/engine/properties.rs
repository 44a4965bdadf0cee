//! Random queries over random data: the engine gives what the reference evaluator gives.
//!
//! `PROPTEST_CASES` raises the number of cases, `PROPTEST_RNG_SEED` repeats a run.

use flowgauge_engine::EngineError;
use flowgauge_ql::pipeline::GroupFacts;
use flowgauge_ql::{Options, compile};
use flowgauge_testkit::generate::{Dataset, GROUP, TABLES, dataset, inputs, query};
use flowgauge_testkit::golden::{Table, run_reference};
use flowgauge_testkit::reference::{FlowLogLines, JsonLines, Loader};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use crate::harness::{Files, Machine, PLAIN};

/// Cases when the environment does not say how many.
const CASES: u32 = 150;

/// Several threads and hardly any memory.
const CROWDED: Machine = Machine {
    threads: 3,
    memory: 2 << 20,
};

/// The lines of a text dealt to up to three files, in order.
fn split(data: &Dataset, parts: usize) -> Files {
    let lines: Vec<&str> = data.text.split_inclusive('\n').collect();
    let texts: Vec<String> = lines
        .chunks(lines.len().div_ceil(parts).max(1))
        .map(<[&str]>::concat)
        .collect();
    let files = Files::new(texts.iter().map(|text| (data.name, text.as_str())));
    let others = texts.iter().map(|text| (data.name, text.as_str()));
    let files = files.with_group(GroupFacts::named(GROUP), others);
    TABLES
        .iter()
        .fold(files, |files, (name, csv)| files.with_table(name, csv))
}

/// Whether two results are the same, floats as far as they are exact: sums and deviations taken in
/// another order differ in the last of their digits.
fn same(found: &Table, expected: &Table) -> bool {
    let close = |a: &str, b: &str| {
        let (Ok(x), Ok(y)) = (a.parse::<f64>(), b.parse::<f64>()) else {
            return false;
        };
        let float = a.contains('.') || b.contains('.') || x.abs() > 9e15;
        float && (x - y).abs() <= 1e-8 * x.abs()
    };
    let cell = |pair: (&Option<String>, &Option<String>)| match pair {
        (Some(a), Some(b)) => a == b || close(a, b),
        (a, b) => a == b,
    };
    found.columns == expected.columns
        && found.rows.len() == expected.rows.len()
        && found
            .rows
            .iter()
            .zip(&expected.rows)
            .all(|(a, b)| a.len() == b.len() && a.iter().zip(b).all(cell))
}

fn agrees(data: &Dataset, parts: usize, text: &str) -> Result<(), TestCaseError> {
    let compiled = compile(text, &Options::default());
    let errors: Vec<_> = compiled.errors().collect();
    prop_assert!(errors.is_empty(), "{text}\n{errors:?}");
    let pipeline = compiled.pipeline.expect("no error");
    let context = data.context();
    let loader: &dyn Loader = match data.name.ends_with(".json") {
        true => &JsonLines,
        false => &FlowLogLines,
    };
    let events = loader.load(data.name, &data.text).expect("generated data");
    let expected = run_reference(&pipeline, &inputs(events), &context)
        .map_err(|problem| TestCaseError::fail(format!("{text}\n{problem}")))?;
    let files = split(data, parts);
    for machine in [PLAIN, CROWDED] {
        let found = match files.run(&pipeline, &context, machine) {
            Ok(table) => table,
            // A clean refusal for want of memory is an answer.
            Err(EngineError::Resources(_)) if machine.memory < PLAIN.memory => continue,
            Err(error) => {
                let problem = format!("{text}\n{machine:?}: {error}\n{}", data.text);
                return Err(TestCaseError::fail(problem));
            }
        };
        prop_assert!(
            same(&found, &expected),
            "{text}\n{machine:?}\nexpected:\n{}\nfound:\n{}\ndata in {parts}:\n{}",
            expected.render(),
            found.render(),
            data.text
        );
    }
    Ok(())
}

fn check(seed: Option<u64>) {
    let mut config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    if let Some(seed) = seed {
        config.rng_seed = RngSeed::Fixed(seed);
    }
    let cases = (dataset(), 1usize..4).prop_flat_map(|(data, parts)| {
        let text = query(&data);
        (Just(data), Just(parts), text)
    });
    let result =
        TestRunner::new(config).run(&cases, |(data, parts, text)| agrees(&data, parts, &text));
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn random_queries_agree_with_the_reference() {
    check(None);
}

#[test]
fn the_same_queries_as_ever_agree_with_the_reference() {
    check(Some(20_240_501));
}
