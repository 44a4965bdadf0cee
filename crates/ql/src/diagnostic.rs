//! Diagnostics are data: a code, a severity, a span, a message and an optional help.
//!
//! Rendering (a terminal, an AWS exception, JSON) is somebody else's job. Messages are written
//! for the user: what is wrong, where, and what to do; lower case, no full stop.

use crate::span::Span;

/// How serious a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The query runs, but not quite as written or not as AWS would run it.
    Warning,
    /// The query cannot run.
    Error,
}

/// One finding about a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code such as `Q101`; see [`crate::codes`].
    pub code: &'static str,
    /// How serious it is.
    pub severity: Severity,
    /// Where in the query text.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do, when that is known.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            span,
            message: message.into(),
            help: None,
        }
    }

    /// A warning.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Warning,
            span,
            message: message.into(),
            help: None,
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Whether this finding keeps the query from running.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
