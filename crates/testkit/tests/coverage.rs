//! Every command and every function has a case file of its name.

use std::path::Path;

use flowgauge_ql::commands::COMMANDS;
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
        // The name of a saved query is the user's own.
        let word = command.name.trim_end_matches("name");
        (command.case_file(), word.to_owned())
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
    let files = FUNCTIONS
        .iter()
        .map(|function| (function.case_file(), format!("{}(", function.name)));
    let lacking = lacking(files);
    assert!(
        lacking.is_empty(),
        "no cases for these functions:\n{}",
        lacking.join("\n")
    );
}
