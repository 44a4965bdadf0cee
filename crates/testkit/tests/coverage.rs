//! Every command and every function has a case file of its name.

use std::path::Path;

use flowgauge_ql::commands::{Availability, COMMANDS};
use flowgauge_ql::functions::FUNCTIONS;
use flowgauge_testkit::golden::CaseFile;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases");

/// The names among `files` for which there is no case file with a query, or none in which the name
/// stands.
fn lacking(files: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
    let covered = |file: &str, word: &str| {
        let Ok(file) = CaseFile::read(&Path::new(CASES).join(file)) else {
            return false;
        };
        let word = word.to_lowercase();
        file.cases
            .iter()
            .any(|case| case.query.to_lowercase().contains(&word))
    };
    files
        .into_iter()
        .filter(|(file, word)| !covered(file, word))
        .map(|(file, _)| format!("cases/{file}"))
        .collect()
}

#[test]
fn every_command_has_cases() {
    let files = COMMANDS.iter().map(|command| {
        let folder = match command.runs {
            Availability::Runs => "commands",
            Availability::Later => "commands/later",
        };
        // The name of a saved query is the user's own.
        match command.name {
            "$name" => (format!("{folder}/saved-query.insights"), "$".to_owned()),
            name => (
                format!("{folder}/{}.insights", name.replace(' ', "-")),
                name.to_owned(),
            ),
        }
    });
    let lacking = lacking(files);
    assert!(
        lacking.is_empty(),
        "no cases for these commands:\n{}",
        lacking.join("\n")
    );
}

#[test]
fn every_function_has_cases() {
    let files = FUNCTIONS.iter().map(|function| {
        (
            format!("functions/{}.insights", function.name),
            format!("{}(", function.name),
        )
    });
    let lacking = lacking(files);
    assert!(
        lacking.is_empty(),
        "no cases for these functions:\n{}",
        lacking.join("\n")
    );
}
