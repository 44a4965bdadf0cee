//! Comparisons that can never hold, or hardly as they were meant.

use flowgauge_event::Number;

use super::super::Binder;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::functions::{Group, Kind};
use crate::pipeline::{BinaryOp, Expr, Literal};
use crate::syntax::{self, ExprKind};

/// An operand, bound and as it was written.
type Operand<'e> = (&'e Expr, &'e syntax::Expr);

impl Binder<'_> {
    pub(super) fn lint_comparison(&mut self, op: BinaryOp, left: Operand, right: Operand) {
        for ((value, _), (other, written)) in [(left, right), (right, left)] {
            if let Some((problem, help)) = suspicion(op, value, other, written) {
                self.report(
                    Diagnostic::warning(codes::SUSPECT_COMPARISON, written.span, problem)
                        .with_help(help),
                );
            }
        }
    }
}

/// What is suspect about comparing a value with the other operand, and what to write instead.
fn suspicion(
    op: BinaryOp,
    value: &Expr,
    other: &Expr,
    written: &syntax::Expr,
) -> Option<(String, String)> {
    let symbol = op.symbol();
    let equality = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
    match other {
        Expr::Literal(Literal::Text(text)) if is_time(value) && Number::parse(text).is_none() => {
            let problem = format!("a time `{symbol}` a text never matches");
            let help =
                "compare with epoch milliseconds, or choose the window with --start and --end";
            Some((problem, help.to_owned()))
        }
        // The JSON values are 1 and 0 (spec 4.1). What a stage extracted is text and may match.
        Expr::Literal(Literal::Text(text))
            if equality
                && matches!(value, Expr::Source(_))
                && matches!(text.as_str(), "true" | "false") =>
        {
            let problem = format!("`\"{text}\"` is a text, which no JSON boolean matches");
            Some((
                problem,
                format!("for JSON booleans write {text} without quotes"),
            ))
        }
        Expr::Source(name) if name == "null" && is_bare(written) => {
            let problem = "`null` is the name of a field here, there is no such value".to_owned();
            Some((problem, "test with ispresent(…)".to_owned()))
        }
        // Names with blanks are rare, values in the wrong quotes are not (spec 2.3).
        Expr::Source(name)
            if equality
                && name.contains(char::is_whitespace)
                && matches!(value, Expr::Source(_) | Expr::Column(_)) =>
        {
            let problem = format!("`{name}` in back-ticks is a field, not a text");
            Some((problem, format!("if it is a value, write \"{name}\"")))
        }
        _ => None,
    }
}

fn is_time(value: &Expr) -> bool {
    match value {
        Expr::Source(name) => matches!(name.as_str(), "@timestamp" | "@ingestionTime"),
        Expr::Call { function, .. } => {
            function.group == Group::DateTime && function.returns == Kind::Time
        }
        _ => false,
    }
}

/// Whether a field is written without back-ticks.
fn is_bare(written: &syntax::Expr) -> bool {
    match &written.kind {
        ExprKind::Field(path) => path.segments.iter().all(|segment| !segment.quoted),
        _ => false,
    }
}
