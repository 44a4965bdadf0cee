//! Rules about Rust files.

use crate::repository::Repository;

/// Longest file, in lines.
const LINES: usize = 600;
/// Tables, which are read entry by entry and may be longer.
const TABLES: &[&str] = &["crates/ql/src/parser/tests/errors.rs"];
/// Marks of unfinished work.
const UNFINISHED: &[&str] = &["todo", "unimplemented", "dbg"];
/// What reads the wall clock, and the one file that may.
const CLOCKS: &[&str] = &["SystemTime", "Timestamp", "Zoned", "Utc", "Local"];
const CLOCK_FILE: &str = "crates/event/src/clock.rs";
/// Crates that also have to run where there is no operating system.
const PURE: &[&str] = &["event", "format", "ql", "pattern", "render"];
const SYSTEM: &[&str] = &["fs", "env", "process", "thread"];
/// Files with unsafe code; each says why at its top.
pub(super) const UNSAFE: &[&str] = &[
    "crates/engine/src/functions/text_column.rs",
    "crates/engine/src/source/rows.rs",
    "crates/engine/src/source/text.rs",
    "crates/flow/examples/taps/cable.rs",
    "crates/flow/examples/taps/generator.rs",
    "crates/flow/examples/taps/usage.rs",
    "crates/flow/src/tap/namespace.rs",
    "crates/flow/src/tap/ring.rs",
    "crates/flow/src/tap/socket.rs",
    "crates/format/src/flow_lines/addresses.rs",
    "crates/format/src/flow_lines/separators.rs",
];

/// No file is longer than can be read at one sitting.
pub(super) fn length(repository: &Repository) -> Vec<String> {
    let long = repository.sources().filter_map(|(path, text)| {
        let lines = text.lines().count();
        let allowed = lines <= LINES || TABLES.contains(&path);
        (!allowed).then(|| format!("{path} has {lines} lines; split it, {LINES} are enough"))
    });
    long.collect()
}

/// A module `a` is `a.rs`, so that tabs and searches show its name.
pub(super) fn no_mod_rs(repository: &Repository) -> Vec<String> {
    repository
        .sources()
        .filter(|(path, _)| path.ends_with("/mod.rs"))
        .map(|(path, _)| format!("{path}: name the file after its module"))
        .collect()
}

/// Modules open with a prologue. Test modules are explained by what they test.
pub(super) fn prologue(repository: &Repository) -> Vec<String> {
    repository
        .sources()
        .filter(|(path, text)| !is_test(path) && !text.starts_with("//!"))
        .map(|(path, _)| format!("{path}: begin with `//!` and what the file is for"))
        .collect()
}

/// No placeholders and no debugging aids.
pub(super) fn unfinished(repository: &Repository) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, text) in repository.sources() {
        for word in UNFINISHED {
            if text.contains(&format!("{word}!(")) {
                findings.push(format!("{path}: finish it, without `{word}!`"));
            }
        }
    }
    findings
}

/// Time comes from `event::Clock`, which a test can set.
pub(super) fn clock(repository: &Repository) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, text) in repository.sources() {
        for clock in CLOCKS {
            if path != CLOCK_FILE && text.contains(&format!("{clock}::now")) {
                findings.push(format!("{path}: take the time from `event::Clock`"));
            }
        }
    }
    findings
}

/// Whoever calls these crates decides where bytes come from.
pub(super) fn pure(repository: &Repository) -> Vec<String> {
    let mut findings = Vec::new();
    for name in PURE {
        let folder = format!("crates/{name}/src/");
        for (path, text) in repository.below(&folder) {
            for module in SYSTEM {
                if !is_test(path) && text.contains(&format!("std::{module}")) {
                    findings.push(format!("{path}: `{name}` must not use `std::{module}`"));
                }
            }
        }
    }
    findings
}

/// Unsafe code is forbidden but in a few files.
pub(super) fn unsafe_rooms(repository: &Repository) -> Vec<String> {
    repository
        .sources()
        .filter(|(path, text)| text.contains("allow(unsafe_code") && !UNSAFE.contains(path))
        .filter(|(path, _)| !path.starts_with("crates/xtask/"))
        .map(|(path, _)| format!("{path}: no unsafe code here; UNSAFE lists where it may be"))
        .collect()
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_can_be_broken() {
        let long = "//! Long.\n".repeat(LINES + 1);
        let repository = Repository::of([
            ("crates/ql/src/long.rs", long.as_str()),
            ("crates/ql/src/parser/tests/errors.rs", long.as_str()),
            ("crates/ql/src/a/mod.rs", "//! A.\n"),
            ("crates/ql/src/bare.rs", "fn f() {}\n"),
            ("crates/ql/src/a/tests.rs", "use std::fs;\n"),
            ("crates/ql/src/file.rs", "//! F.\nuse std::fs;\n"),
            ("crates/cli/src/file.rs", "//! F.\nuse std::fs;\n"),
            (
                "crates/cli/src/time.rs",
                concat!("//! T.\nUtc", "::now()\n"),
            ),
            ("crates/cli/src/half.rs", concat!("//! H.\ntodo", "!()\n")),
            ("crates/cli/src/raw.rs", "//! R.\n#![allow(unsafe_code)]\n"),
        ]);
        type Rule = fn(&Repository) -> Vec<String>;
        let rules: [(Rule, &str); 7] = [
            (length, "crates/ql/src/long.rs"),
            (no_mod_rs, "crates/ql/src/a/mod.rs"),
            (prologue, "crates/ql/src/bare.rs"),
            (unfinished, "crates/cli/src/half.rs"),
            (clock, "crates/cli/src/time.rs"),
            (pure, "crates/ql/src/file.rs"),
            (unsafe_rooms, "crates/cli/src/raw.rs"),
        ];
        for (rule, culprit) in rules {
            let findings = rule(&repository);
            assert_eq!(findings.len(), 1, "{findings:?}");
            assert!(findings[0].starts_with(culprit), "{findings:?}");
        }
    }
}
