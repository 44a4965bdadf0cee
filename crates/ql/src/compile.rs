//! From query text to a runnable pipeline: parse, bind, decide what strictness means.

use crate::bind;
use crate::diagnostic::{Diagnostic, Severity};
use crate::parser;
use crate::pipeline::Pipeline;
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
