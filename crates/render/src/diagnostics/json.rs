//! Diagnostics as a JSON array, for editors and scripts.

use std::io::{self, Write};

use flowgauge_ql::{Diagnostic, Severity};
use serde::Serialize;

use super::clamp;

/// One finding. Positions count characters, not bytes: `start` and `end` from 0, `end` exclusive;
/// `line` and `column` of the start from 1.
#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
}

impl<'a> Finding<'a> {
    fn new(diagnostic: &'a Diagnostic, text: &str) -> Finding<'a> {
        let range = clamp(diagnostic.span, text);
        let before = &text[..range.start];
        let start = before.chars().count();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Finding {
            code: diagnostic.code,
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            start,
            end: start + text[range].chars().count(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// Writes findings about the query `text` as an array of objects with the members `code`,
/// `severity`, `message`, `help` (or null), `start`, `end`, `line` and `column`.
pub fn write_json(out: &mut dyn Write, diagnostics: &[Diagnostic], text: &str) -> io::Result<()> {
    let findings: Vec<Finding<'_>> = diagnostics
        .iter()
        .map(|diagnostic| Finding::new(diagnostic, text))
        .collect();
    serde_json::to_writer_pretty(&mut *out, &findings)?;
    out.write_all(b"\n")
}
