//! Expressions: names, operators, comparisons that cannot mean what they say.

mod call;
mod lint;

use flowgauge_event::Number;

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Expr, Literal};
use crate::regexes;
use crate::span::Span;
use crate::syntax::{self, ExprKind, FieldPath, LikePattern, Name, StringLiteral};

use super::Binder;
use super::scope::{Path, Scope};

/// Where an expression stands, which decides what functions it may call.
#[derive(Clone, Copy)]
enum Place<'s> {
    /// A row expression.
    Row,
    /// A group key of `stats`: a row expression that may call `histogram`.
    Key,
    /// An output of `stats`: aggregates, keys and earlier outputs (the scope) combined.
    Output(&'s Scope),
    /// An argument of an aggregate.
    Argument,
}

/// The column of a closed scope that an expression stands for because it is written like the one
/// that made it. Plain names are looked up as names, and a constant is itself.
fn column_written<'s>(expr: &syntax::Expr, text: &str, scope: &'s Scope) -> Option<&'s str> {
    if !scope.closed() || matches!(expr.kind, ExprKind::Field(_) | ExprKind::Literal(_)) {
        return None;
    }
    scope.column_of_text(expr.span.text(text))
}

/// Every field that an expression names, with where it is written. What is written like a column
/// of the scope stands for that column and names no field.
pub(super) fn field_names(expr: &syntax::Expr, text: &str, scope: &Scope) -> Vec<(Path, Span)> {
    let mut found = Vec::new();
    collect(expr, &mut found, &|part| {
        column_written(part, text, scope).is_some()
    });
    found
}

fn collect(
    expr: &syntax::Expr,
    found: &mut Vec<(Path, Span)>,
    is_column: &dyn Fn(&syntax::Expr) -> bool,
) {
    if is_column(expr) {
        return;
    }
    match &expr.kind {
        ExprKind::Field(path) => found.push((Path::of_field(path), expr.span)),
        ExprKind::Literal(_) | ExprKind::Star | ExprKind::Period(_) | ExprKind::Regex(_) => {}
        ExprKind::Access { base, .. } => collect(base, found, is_column),
        ExprKind::Call { args, .. } | ExprKind::And(args) | ExprKind::Or(args) => {
            args.iter().for_each(|arg| collect(arg, found, is_column));
        }
        ExprKind::Negate(inner) | ExprKind::Not(inner) => collect(inner, found, is_column),
        ExprKind::Binary { left, right, .. } => {
            collect(left, found, is_column);
            collect(right, found, is_column);
        }
        ExprKind::Like { value, .. }
        | ExprKind::In { value, .. }
        | ExprKind::InQuery { value, .. } => {
            collect(value, found, is_column);
        }
    }
}

impl Binder<'_> {
    /// Binds a row expression.
    pub(super) fn expr(&mut self, expr: &syntax::Expr) -> Option<Expr> {
        self.bind_at(expr, Place::Row)
    }

    /// Binds a group key.
    pub(super) fn key_expr(&mut self, expr: &syntax::Expr) -> Option<Expr> {
        self.bind_at(expr, Place::Key)
    }

    /// Binds an output of `stats`; `after` holds its keys and earlier outputs.
    pub(super) fn aggregate_expr(&mut self, expr: &syntax::Expr, after: &Scope) -> Option<Expr> {
        self.bind_at(expr, Place::Output(after))
    }

    /// The field of a dotted name that stands outside expressions.
    pub(super) fn named_field(&mut self, name: &str, span: Span) -> Option<Expr> {
        let segments = name.split('.').map(|part| syntax::Segment {
            text: part.to_owned(),
            quoted: false,
            index: false,
        });
        let segments = segments.collect();
        self.field(&FieldPath { segments }, span, Place::Row)
    }

    /// A source field by name, or an error when `stats` has removed it.
    pub(super) fn source_field(&mut self, name: &str, span: Span) -> Option<Expr> {
        let segment = syntax::Segment {
            text: name.to_owned(),
            quoted: false,
            index: false,
        };
        self.field(
            &FieldPath {
                segments: vec![segment],
            },
            span,
            Place::Row,
        )
    }

    /// The value that a name stands for among the rows.
    pub(super) fn row_field(&mut self, name: &Name) -> Option<Expr> {
        self.field(&Path::of_name(&name.text).field, name.span, Place::Row)
    }

    fn bind_at(&mut self, expr: &syntax::Expr, place: Place) -> Option<Expr> {
        let span = expr.span;
        // After `stats`, an expression written like one of its outputs is that column. Among the
        // outputs of the next `stats` it is an expression of that stage.
        if !matches!(place, Place::Output(_))
            && let Some(column) = column_written(expr, self.text, &self.scope)
        {
            return Some(Expr::Column(column.to_owned()));
        }
        match &expr.kind {
            ExprKind::Literal(literal) => Some(Expr::Literal(literal.clone())),
            ExprKind::Field(path) => self.field(path, span, place),
            ExprKind::Access { base, path } => {
                let base = self.bind_at(base, place)?;
                Some(Expr::Access {
                    base: Box::new(base),
                    path: path.clone(),
                })
            }
            ExprKind::Call { name, args } => self.call(name, args, span, place),
            ExprKind::Star => {
                self.report(
                    Diagnostic::error(
                        codes::BAD_ARGUMENT,
                        span,
                        "`*` may only stand in `count(*)`",
                    )
                    .with_help("name a field"),
                );
                None
            }
            ExprKind::Period(_) | ExprKind::Regex(_) => {
                let what = if matches!(expr.kind, ExprKind::Regex(_)) {
                    "a regular expression"
                } else {
                    "a period"
                };
                self.report(Diagnostic::error(
                    codes::BAD_ARGUMENT,
                    span,
                    format!("{what} may not stand here"),
                ));
                None
            }
            ExprKind::Negate(inner) => {
                let inner = self.bind_at(inner, place)?;
                Some(match inner {
                    Expr::Literal(Literal::Number(Number::Int(value))) if value != i64::MIN => {
                        Expr::number(-value)
                    }
                    Expr::Literal(Literal::Number(Number::Float(value))) => {
                        Expr::Literal(Literal::Number(Number::Float(-value)))
                    }
                    other => Expr::Negate(Box::new(other)),
                })
            }
            ExprKind::Not(inner) => Some(Expr::Not(Box::new(self.bind_at(inner, place)?))),
            ExprKind::Binary { op, left, right } => {
                // Both sides are bound before either error returns, so both are reported.
                let bound = (self.bind_at(left, place), self.bind_at(right, place));
                let (left_bound, right_bound) = (bound.0?, bound.1?);
                if op.is_comparison() {
                    self.lint_comparison(*op, (&left_bound, left), (&right_bound, right));
                }
                Some(Expr::Binary {
                    op: *op,
                    left: Box::new(left_bound),
                    right: Box::new(right_bound),
                })
            }
            ExprKind::And(parts) => Some(Expr::And(self.all(parts, place)?)),
            ExprKind::Or(parts) => Some(Expr::Or(self.all(parts, place)?)),
            ExprKind::Like {
                value,
                pattern,
                negated,
            } => self.like(value, pattern, *negated, place),
            ExprKind::In {
                value,
                list,
                negated,
            } => Some(Expr::In {
                value: Box::new(self.bind_at(value, place)?),
                list: list.iter().map(|(literal, _)| literal.clone()).collect(),
                negated: *negated,
            }),
            ExprKind::InQuery {
                value,
                query,
                negated,
            } => {
                let bound = (self.bind_at(value, place), self.subquery(query, span));
                Some(Expr::InQuery {
                    value: Box::new(bound.0?),
                    query: Box::new(bound.1?),
                    negated: *negated,
                })
            }
        }
    }

    fn all(&mut self, parts: &[syntax::Expr], place: Place) -> Option<Vec<Expr>> {
        let bound: Vec<Option<Expr>> = parts.iter().map(|part| self.bind_at(part, place)).collect();
        bound.into_iter().collect()
    }

    fn field(&mut self, field: &FieldPath, span: Span, place: Place) -> Option<Expr> {
        let path = Path::of_field(field);
        if let Place::Output(after) = place {
            if let Some(found) = after.resolve(&path) {
                return Some(found);
            }
            self.report(
                Diagnostic::error(
                    codes::AGGREGATE_PLACE,
                    span,
                    format!(
                        "`{}` is neither grouped by nor inside an aggregate",
                        path.text
                    ),
                )
                .with_help(format!("add it after `by`, or write latest({})", path.text)),
            );
            return None;
        }
        if let Some(found) = self.scope.resolve(&path) {
            return Some(found);
        }
        let help = self.scope.suggest(&path.text);
        self.report(
            Diagnostic::error(
                codes::UNKNOWN_NAME,
                span,
                format!("Unknown symbols found in or after stats: {}", path.text),
            )
            .with_help(help),
        );
        None
    }

    fn like(
        &mut self,
        value: &syntax::Expr,
        pattern: &LikePattern,
        negated: bool,
        place: Place,
    ) -> Option<Expr> {
        let value = self.bind_at(value, place);
        match pattern {
            LikePattern::Substring(text) => Some(Expr::Contains {
                value: Box::new(value?),
                text: text.text.clone(),
                negated,
            }),
            LikePattern::Regex(literal) => {
                let regex = self.regex(literal)?;
                Some(Expr::Matches {
                    value: Box::new(value?),
                    regex,
                    negated,
                })
            }
        }
    }

    fn regex(&mut self, literal: &StringLiteral) -> Option<String> {
        let (plain, _) = super::regex_groups::plain_names(&literal.text);
        match regexes::compile(&plain) {
            Ok(_) => Some(plain),
            Err(error) => {
                self.bad_regex(literal.span, &error);
                None
            }
        }
    }

    pub(super) fn bad_regex(&mut self, span: Span, error: &regex::Error) {
        if matches!(error, regex::Error::CompiledTooBig(_)) {
            let message = "the regular expression is too large";
            let help = "repeat fewer times: `{1000}` inside `{1000}` is a million";
            self.report(Diagnostic::error(codes::BAD_REGEX, span, message).with_help(help));
            return;
        }
        let text = error.to_string();
        // The engine's message ends with the reason; the lines before show the rewritten pattern.
        let reason = text.lines().last().unwrap_or_default();
        let reason = reason.trim_start_matches("error: ");
        let message = format!("the regular expression cannot be used: {reason}");
        let report = Diagnostic::error(codes::BAD_REGEX, span, message);
        let foreign = ["look-around", "backreference"];
        self.report(match foreign.iter().any(|word| reason.contains(word)) {
            true => {
                report.with_help("look-around and back-references do not exist in this language")
            }
            false => report,
        });
    }
}
