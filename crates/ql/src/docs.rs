//! The manual of the language, made from the registries: `docs/language.md` and the text of
//! `flowgauge help TOPIC`.
//!
//! What a command or function does is written once, in its registry entry; this module only
//! arranges it. The two tables without a registry are the choices where AWS is silent
//! ([`silent`]) and the leniencies ([`leniencies`]).

mod leniencies;
mod silent;
mod text;

use std::fmt::Write as _;

use crate::functions::{self, FUNCTIONS, Function, Group};

/// Names that [`help_text`] knows, canonical spellings only; for lists, completion and
/// suggestions.
pub fn help_topics() -> impl Iterator<Item = &'static str> {
    functions::names()
}

/// What `flowgauge help TOPIC` prints: plain text of at most 80 columns, one line feed at the
/// end. `None` when there is no such topic; [`help_topics`] then serves a suggestion.
pub fn help_text(topic: &str) -> Option<String> {
    functions::find(topic.trim()).map(function_help)
}

fn function_help(function: &Function) -> String {
    let mut out = format!("{}\n\n", function.syntax);
    text::wrap_into(&mut out, &text::plain(function.summary), 2);
    if !function.aliases.is_empty() {
        let _ = write!(out, "\n  Also written: {}\n", function.aliases.join(", "));
    }
    out.push_str("\nExamples\n");
    for (expression, printed) in function.examples {
        let _ = writeln!(out, "  {expression}\n      {}", shown(*printed));
    }
    for example in function.queries {
        let _ = writeln!(out, "  {}\n      {}", example.query, example.shows);
    }
    out
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
    function_sections(&mut out);
    silent_section(&mut out);
    leniency_section(&mut out);
    out
}

fn coverage(out: &mut String) {
    out.push_str(
        "## Coverage\n\n\
         | part | documented by AWS | here |\n\
         |---|---:|---:|\n",
    );
    for group in Group::ALL {
        let here = FUNCTIONS.iter().filter(|function| function.group == group);
        let documented = here.clone().filter(|function| function.documented).count();
        let title = group.title();
        let _ = writeln!(out, "| {title} | {documented} | {} |", here.count());
    }
    let documented = FUNCTIONS.iter().filter(|function| function.documented);
    let _ = write!(
        out,
        "| All functions | {} | {} |\n\n",
        documented.count(),
        FUNCTIONS.len()
    );
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
    let _ = write!(
        out,
        "#### {}\n\n{}\n\n{}\n\n",
        function.name,
        text::code(function.syntax),
        function.summary
    );
    if !function.aliases.is_empty() {
        let aliases: Vec<_> = function.aliases.iter().map(|a| text::code(a)).collect();
        let _ = write!(out, "Also written {}.\n\n", aliases.join(", "));
    }
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
    for example in function.queries {
        let _ = write!(out, "```\n{}\n```\n\n", example.query);
    }
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
