//! Tests of the manual: nothing is left out, tables are well formed, pages fit a terminal.

use super::*;

#[test]
fn every_function_has_its_section() {
    let page = language_markdown();
    for function in FUNCTIONS {
        let heading = format!("\n#### {}\n", function.name);
        assert_eq!(page.matches(&heading).count(), 1, "{}", function.name);
        assert!(page.contains(function.summary), "{}", function.name);
    }
    assert!(page.contains("All 88 functions that AWS documents are there, and 2 more."));
    assert!(page.contains("| All functions | 88 | 90 | |"));
}

#[test]
fn everything_links_to_its_cases() {
    let page = language_markdown();
    let counted = COMMANDS.iter().filter(|command| command.is_counted());
    assert_eq!(counted.count(), 33);
    assert!(page.contains("All 33 commands are there"));
    let commands = COMMANDS.iter().map(|command| command.case_file());
    let functions = FUNCTIONS.iter().map(|function| function.case_file());
    for file in commands.chain(functions) {
        assert_eq!(
            page.matches(&format!("](../cases/{file})")).count(),
            1,
            "{file}"
        );
    }
}

#[test]
fn every_command_has_its_section_with_its_examples() {
    let page = language_markdown();
    for command in COMMANDS {
        let heading = format!("\n### {}\n", command.name);
        let (_, section) = page.split_once(&heading).expect(command.name);
        let section = section.split("\n## ").next().expect("text");
        let section = section.split("\n### ").next().expect("text");
        assert_eq!(
            section.matches("```\n").count(),
            2 * command.examples.len(),
            "{}",
            command.name
        );
    }
}

#[test]
fn tables_keep_their_number_of_cells() {
    let page = language_markdown();
    let mut cells = None;
    for line in page.lines() {
        if !line.starts_with('|') {
            cells = None;
            continue;
        }
        let count = line.replace("\\|", "").matches('|').count();
        assert_eq!(*cells.get_or_insert(count), count, "{line}");
    }
}

#[test]
fn every_warning_code_is_explained() {
    // The constants cannot be listed at run time, so their source is read.
    let source = include_str!("../codes.rs");
    let codes: Vec<&str> = source
        .split('"')
        .filter(|text| text.len() == 4 && text.starts_with('W'))
        .collect();
    let explained: Vec<&str> = leniencies::LENIENCIES.iter().map(|l| l.code).collect();
    assert_eq!(explained, codes);
}

#[test]
fn help_fits_a_terminal() {
    for topic in help_topics() {
        let page = help_text(topic).expect(topic);
        for line in page.lines() {
            assert!(line.chars().count() <= text::COLUMNS, "{topic}: {line}");
        }
        assert!(page.ends_with('\n') && !page.ends_with("\n\n"), "{topic}");
    }
}

#[test]
fn help_of_one_function() {
    assert_eq!(
        help_text(" SUBSTR ").as_deref(),
        Some(
            "substr(s, start[, length])\n\
             \n\
             \x20 The characters from start on, counted from 0. A negative start counts as 0; a\n\
             \x20 start behind the end gives empty text.\n\
             \n\
             Examples\n\
             \x20 substr(\"abcdef\", 2, 3)\n\
             \x20     cde\n\
             \x20 substr(\"abcdef\", 2)\n\
             \x20     cdef\n\
             \x20 substr(\"abc\", 9)\n\
             \x20     \"\"\n\
             \x20 substr(\"abc\", -2)\n\
             \x20     abc\n"
        )
    );
    assert_eq!(help_text("nonsense"), None);
}

#[test]
fn help_of_commands() {
    let both = help_text("unmask").expect("a command and a function");
    assert!(both.starts_with("unmask ") && both.contains("\nunmask(f)\n"));
    let any = help_text("LIMIT  any").expect("a command of two words");
    assert!(any.starts_with("limit any"));
    assert_eq!(help_text("head"), help_text("limit"));
    for command in COMMANDS {
        let help = help_text(command.name).expect("a command");
        assert!(help.contains("\nExamples\n"), "{help}");
    }
}
