//! Random queries reach the whole language: every command and every function stands in some of
//! them, or is listed here with the reason why it does not.

use std::collections::BTreeSet;

use flowgauge_ql::commands::COMMANDS;
use flowgauge_ql::functions::FUNCTIONS;
use flowgauge_testkit::generate::{dataset, query};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// Queries that are looked at; the same ones in every run.
const QUERIES: usize = 1_000;

/// What does not stand in generated queries, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    (
        "limit any",
        "any rows are right, so that two evaluators need not agree",
    ),
    (
        "estimate",
        "reads no events: the sizes of files are not the reference evaluator's",
    ),
    (
        "$name",
        "gone before anything is bound: its own cases compare texts",
    ),
];

#[test]
fn generated_queries_reach_every_command_and_function() {
    let mut runner = TestRunner::deterministic();
    let queries = dataset().prop_flat_map(|data| query(&data));
    let mut seen = String::new();
    let mut commands = BTreeSet::new();
    for _ in 0..QUERIES {
        let tree = queries.new_tree(&mut runner).expect("nothing is rejected");
        let text = tree.current();
        // Subqueries begin behind a parenthesis.
        for stage in text.split(" | ").flat_map(|stage| stage.split(" (")) {
            commands.extend(stage.split_whitespace().next().map(str::to_owned));
        }
        seen.push_str(&text);
        seen.push('\n');
    }
    let commands_found = COMMANDS
        .iter()
        .map(|command| (command.name, commands.contains(command.name)));
    let functions_found = FUNCTIONS.iter().map(|function| {
        // As a word of its own: `log(` stands in no `catalog(`.
        let call = format!("{}(", function.name);
        let mut places = seen.match_indices(&call);
        let whole = places
            .any(|(at, _)| !seen[..at].ends_with(|before: char| before.is_ascii_alphanumeric()));
        (function.name, whole)
    });
    let wrong: Vec<&str> = commands_found
        .chain(functions_found)
        .filter(|(name, found)| *found == LEFT_OUT.iter().any(|(left, _)| left == name))
        .map(|(name, _)| name)
        .collect();
    assert!(
        wrong.is_empty(),
        "neither generated nor left out for a reason, or both: {wrong:?}"
    );
}
