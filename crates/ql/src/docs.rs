//! The manual of the language, made from the registries: `docs/language.md` and the text of
//! `flowgauge help TOPIC`.
//!
//! What a command or function does is written once, in its registry entry; this module only
//! arranges it. The two tables without a registry are the choices where AWS is silent
//! (`docs/silent.rs`) and the leniencies (`docs/leniencies.rs`).

mod leniencies;
mod silent;
mod text;

use std::fmt::Write as _;

use crate::commands::{self, COMMANDS, Command};
use crate::functions::{self, Example, FUNCTIONS, Function, Group};

/// Names that [`help_text`] knows, canonical spellings only; for lists, completion and
/// suggestions. Commands come first.
pub fn help_topics() -> impl Iterator<Item = &'static str> {
    let commands = COMMANDS.iter().map(|command| command.name);
    commands.chain(functions::names())
}

/// What `flowgauge help TOPIC` prints: plain text of at most 80 columns, one line feed at the
/// end. `None` when there is no such topic; [`help_topics`] then serves a suggestion. A name that
/// is both a command and a function (`unmask`) has both pages.
pub fn help_text(topic: &str) -> Option<String> {
    // `limit  any` is one topic however it is spaced.
    let topic = topic.split_whitespace().collect::<Vec<_>>().join(" ");
    let command = commands::find(&topic).map(command_help);
    let function = functions::find(&topic).map(function_help);
    match (command, function) {
        (Some(command), Some(function)) => Some(format!("{command}\n{function}")),
        (command, function) => command.or(function),
    }
}

fn command_help(command: &Command) -> String {
    let mut out = help_head(command.syntax, command.summary, command.aliases);
    out.push_str("\nExamples\n");
    out.push_str(&help_queries(command.examples));
    out
}

fn function_help(function: &Function) -> String {
    let mut out = help_head(function.syntax, function.summary, function.aliases);
    out.push_str("\nExamples\n");
    for (expression, printed) in function.examples {
        let _ = writeln!(out, "  {expression}\n      {}", shown(*printed));
    }
    out.push_str(&help_queries(function.queries));
    out
}

fn help_head(syntax: &str, summary: &str, aliases: &[&str]) -> String {
    let mut out = text::wrap(syntax, 0, 4);
    out.push('\n');
    out.push_str(&text::wrap(&text::plain(&text::sentence(summary)), 2, 2));
    if !aliases.is_empty() {
        let _ = writeln!(out, "\n  Also written: {}", aliases.join(", "));
    }
    out
}

fn help_queries(examples: &[Example]) -> String {
    let pages = examples
        .iter()
        .map(|example| text::query(example.query, 2) + &text::wrap(example.shows, 6, 6));
    pages.collect()
}

/// The printed result of an example, for people.
fn shown(printed: Option<&str>) -> String {
    match printed {
        None => "(missing)".to_owned(),
        // Blanks at an end, and nothing at all, would not be seen.
        Some(text) if text.trim() != text || text.is_empty() => format!("\"{text}\""),
        Some(text) => text.to_owned(),
    }
}

/// The whole of `docs/language.md`.
pub fn language_markdown() -> String {
    let mut out = String::from(
        "# The query language\n\n\
         This page is generated from the registries of the language; change those instead.\n\n",
    );
    coverage(&mut out);
    command_sections(&mut out);
    function_sections(&mut out);
    silent_section(&mut out);
    leniency_section(&mut out);
    out
}

/// Where the case files lie as seen from the page.
const CASES: &str = "../cases";

fn coverage(out: &mut String) {
    let counted = COMMANDS.iter().filter(|command| command.is_counted());
    let _ = write!(
        out,
        "## Coverage\n\n\
         All {} commands are there. Each links to its golden cases, which run on the engine and on \
         an evaluator that is independent of it.\n\n\
         | command | cases |\n|---|---|\n",
        counted.count()
    );
    for command in COMMANDS {
        let file = command.case_file();
        let link = format!("[{file}]({CASES}/{file})");
        let name = text::code(command.name);
        let _ = writeln!(out, "| {name} | {link} |");
    }
    let documented = |function: &&&Function| function.documented;
    let all = FUNCTIONS.iter().filter(documented).count();
    let _ = write!(
        out,
        "\nAll {all} functions that AWS documents are there, and {} more.\n\n\
         | functions | documented by AWS | here | cases |\n|---|---:|---:|---|\n",
        FUNCTIONS.len() - all
    );
    for group in Group::ALL {
        let here = FUNCTIONS.iter().filter(|function| function.group == group);
        let links: Vec<String> = here
            .clone()
            .map(|function| format!("[{}]({CASES}/{})", function.name, function.case_file()))
            .collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            group.title(),
            here.clone().filter(documented).count(),
            here.count(),
            links.join(", ")
        );
    }
    let _ = write!(out, "| All functions | {all} | {} | |\n\n", FUNCTIONS.len());
}

fn command_sections(out: &mut String) {
    out.push_str(
        "## Commands\n\n\
         A query is a list of commands with `|` between them. Names are the same in any case.\n\n",
    );
    for command in COMMANDS {
        let _ = write!(out, "### {}\n\n", command.name);
        section_head(out, command.syntax, command.summary, command.aliases);
        query_examples(out, command.examples);
    }
}

/// Syntax, summary and aliases of a command or function.
fn section_head(out: &mut String, syntax: &str, summary: &str, aliases: &[&str]) {
    let (syntax, summary) = (text::code(syntax), text::sentence(summary));
    let _ = write!(out, "{syntax}\n\n{summary}\n\n");
    if !aliases.is_empty() {
        let aliases: Vec<_> = aliases.iter().map(|alias| text::code(alias)).collect();
        let _ = write!(out, "Also written {}.\n\n", aliases.join(", "));
    }
}

/// Whole queries, each with what it shows.
fn query_examples(out: &mut String, examples: &[Example]) {
    for example in examples {
        let (shows, query) = (text::sentence(example.shows), text::query(example.query, 0));
        let _ = write!(out, "{shows}\n\n```\n{query}```\n\n");
    }
}

fn function_sections(out: &mut String) {
    out.push_str(
        "## Functions\n\n\
         Names are the same in any case. Unless a function says otherwise, a missing first \
         argument gives a missing result.\n\n",
    );
    for group in Group::ALL {
        let _ = write!(out, "### {}\n\n", group.title());
        for function in FUNCTIONS.iter().filter(|function| function.group == group) {
            function_section(out, function);
        }
    }
}

fn function_section(out: &mut String, function: &Function) {
    let _ = write!(out, "#### {}\n\n", function.name);
    section_head(out, function.syntax, function.summary, function.aliases);
    if !function.examples.is_empty() {
        out.push_str("| expression | result |\n|---|---|\n");
        for (expression, printed) in function.examples {
            let result = match printed {
                None => "*missing*".to_owned(),
                Some(_) => text::cell_code(&shown(*printed)),
            };
            let _ = writeln!(out, "| {} | {result} |", text::cell_code(expression));
        }
        out.push('\n');
    }
    query_examples(out, function.queries);
}

fn silent_section(out: &mut String) {
    out.push_str(
        "## Where AWS is silent\n\n\
         The published material leaves these questions open, or answers them in two ways. \
         Flowgauge decides as follows.\n\n",
    );
    for subject in silent::SUBJECTS {
        let title = subject.title;
        let _ = write!(out, "### {title}\n\n| question | answer |\n|---|---|\n");
        for choice in subject.choices {
            let question = text::cell(choice.question);
            let _ = writeln!(out, "| {question} | {} |", text::cell(choice.answer));
        }
        out.push('\n');
    }
}

fn leniency_section(out: &mut String) {
    out.push_str(
        "## Leniencies and hints\n\n\
         These forms run with a warning. Under `--strict`, those with a `W1` code are errors.\n\n\
         | code | what | for example | effect |\n\
         |---|---|---|---|\n",
    );
    for leniency in leniencies::LENIENCIES {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            leniency.code,
            text::cell(leniency.what),
            text::cell_code(leniency.example),
            text::cell(leniency.effect)
        );
    }
}

#[cfg(test)]
mod tests;
