#![allow(clippy::unwrap_used)]

use super::*;
use crate::parser::parse;

#[test]
fn every_command_is_described_and_its_examples_parse() {
    // 34 commands of the guide (spec 1.2) and the saved query.
    assert_eq!(COMMANDS.len(), 35);
    let mut seen = std::collections::HashSet::new();
    for command in COMMANDS {
        assert!(command.examples.len() >= 3, "{}", command.name);
        assert!(!command.syntax.is_empty() && !command.summary.is_empty());
        for name in std::iter::once(&command.name).chain(command.aliases) {
            assert!(seen.insert(name.to_lowercase()), "{name} is listed twice");
            assert_eq!(find(&name.to_uppercase()).unwrap().name, command.name);
        }
        for example in command.examples {
            let parsed = parse(example.query);
            assert_eq!(parsed.diagnostics, [], "{}", example.query);
            let word = command.name.trim_end_matches("name");
            let query = example.query.to_lowercase();
            let named = std::iter::once(word)
                .chain(command.aliases.iter().copied())
                .any(|name| query.contains(&name.to_lowercase()));
            assert!(named, "{} does not show {word}", example.query);
        }
    }
}
