//! From query text to a runnable pipeline: parse, bind, decide what strictness means.

use crate::bind;
use crate::codes;
use crate::diagnostic::{Diagnostic, Severity};
use crate::parser;
use crate::pipeline::Pipeline;
use crate::span::Span;
use crate::suggest;
use crate::syntax::Query;

/// What a caller may say about a query beside its text.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Leniencies (`W1xx`) are errors.
    pub strict: bool,
}

/// Everything known about a query text.
#[derive(Debug)]
pub struct Compiled {
    /// The syntax tree; always there, possibly with stages left out.
    pub query: Query,
    /// The pipeline; absent when an error was found.
    pub pipeline: Option<Pipeline>,
    /// All findings, by position.
    pub diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// The findings that keep the query from running.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|finding| finding.is_error())
    }
}

/// Parses and binds a query. Never panics; every problem is a diagnostic.
pub fn compile(text: &str, options: &Options) -> Compiled {
    let parsed = parser::parse(text);
    let mut diagnostics = parsed.diagnostics;
    let broken = diagnostics.iter().any(Diagnostic::is_error);
    // Stages that could not be read are missing from the tree, so complaints about the order of
    // the rest would only confuse; names and arguments are still worth checking.
    let bound = bind::bind(text, &parsed.query, broken);
    diagnostics.extend(bound.diagnostics);
    if options.strict {
        for finding in &mut diagnostics {
            if finding.code.starts_with("W1") {
                finding.severity = Severity::Error;
            }
        }
    }
    diagnostics.sort_by_key(|finding| (finding.span.start, finding.span.end));
    diagnostics.dedup();
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    Compiled {
        query: parsed.query,
        pipeline: (!failed).then_some(bound.pipeline),
        diagnostics,
    }
}

/// The hint about a name that no event can have, for inputs whose fields are known (flow logs):
/// where it stands in the query, and the known name closest to it.
pub fn unknown_field<'k>(
    text: &str,
    name: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Diagnostic {
    let finding = Diagnostic::warning(
        codes::UNKNOWN_FIELD,
        place_of(text, name),
        format!("`{name}` is no known field of flow logs"),
    );
    match suggest::closest(name, known) {
        Some(close) => finding.with_help(format!("did you mean `{close}`?")),
        None => finding.with_help("`flowgauge fields` lists the fields of the inputs"),
    }
}

/// Where a name first stands as a word of its own.
fn place_of(text: &str, name: &str) -> Span {
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "_@.".contains(c));
    text.match_indices(name)
        .find(|(at, _)| {
            let (before, after) = (&text[..*at], &text[at + name.len()..]);
            !inside(before.chars().next_back()) && !inside(after.chars().next())
        })
        .map_or_else(Span::default, |(at, _)| Span::new(at, at + name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fields_are_found_and_corrected() {
        let text = "stats sum(bytes) by xdstPrt, dstPrt";
        let finding = unknown_field(text, "dstPrt", ["dstPort", "bytes"]);
        assert_eq!((finding.span.start, finding.span.end), (29, 35));
        assert_eq!(finding.help.as_deref(), Some("did you mean `dstPort`?"));
        assert!(!finding.is_error());
    }
}
