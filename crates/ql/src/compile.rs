//! From query text to a runnable pipeline: parse, bind, decide what strictness means.

use flowgauge_event::Limits;

use crate::bind::{self, Bound};
use crate::codes;
use crate::diagnostic::{Diagnostic, Severity};
use crate::environment::Environment;
use crate::parser::{self, Parsed};
use crate::pipeline::Pipeline;
use crate::saved::Expansion;
use crate::span::Span;
use crate::suggest;
use crate::syntax::Query;

/// What a caller may say about a query beside its text.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Leniencies (`W1xx`) are errors.
    pub strict: bool,
    /// What the query may ask for.
    pub limits: Limits,
    /// What exists beside the query.
    pub environment: Environment,
}

/// Everything known about a query text.
#[derive(Debug)]
pub struct Compiled {
    /// The syntax tree, saved queries put in; always there, possibly with stages left out.
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
    let parsed = parser::parse_within(text, options.limits.query_chars);
    let (parsed, bound, mut diagnostics) = if parsed.saved.is_empty() || parsed.has_errors() {
        understood(text, parsed, options)
    } else {
        with_saved(text, parsed, options)
    };
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

/// What parsing and binding find out about a text.
type Understood = (Parsed, Bound, Vec<Diagnostic>);

fn understood(text: &str, parsed: Parsed, options: &Options) -> Understood {
    // Stages that could not be read are missing from the tree, so complaints about the order of
    // the rest would only confuse; names and arguments are still worth checking.
    let bound = bind::bind(text, &parsed.query, options, parsed.has_errors());
    let mut diagnostics = parsed.diagnostics.clone();
    diagnostics.extend(bound.diagnostics.iter().cloned());
    (parsed, bound, diagnostics)
}

/// Understands the query with its saved queries put in.
fn with_saved(text: &str, parsed: Parsed, options: &Options) -> Understood {
    let expansion = match Expansion::new(text, &parsed.saved, &options.environment.saved) {
        Ok(expansion) => expansion,
        Err(problems) => {
            let (parsed, bound, mut diagnostics) = understood(text, parsed, options);
            diagnostics.extend(problems);
            return (parsed, bound, diagnostics);
        }
    };
    let whole = parser::parse_within(&expansion.text, options.limits.query_chars);
    let nested = whole.saved.iter().map(|call| {
        Diagnostic::error(
            codes::UNKNOWN_SAVED,
            call.span,
            format!("`${}` calls another saved query", call.name.text),
        )
        .with_help("a saved query holds stages only; call both in the query")
    });
    let mut found: Vec<Diagnostic> = nested.collect();
    found.extend(expansion.misplaced(&whole.query));
    let (whole, bound, mut diagnostics) = understood(&expansion.text, whole, options);
    diagnostics.extend(found);
    let told = diagnostics
        .into_iter()
        .map(|finding| expansion.told(finding));
    (whole, bound, told.collect())
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
