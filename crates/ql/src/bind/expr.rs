//! Expressions: names, functions and their arguments, comparisons that cannot mean what they say.

use flowgauge_event::{Number, Period, limits};

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::functions::{self, Function, Group, Param};
use crate::pipeline::{BinaryOp, Expr, Literal};
use crate::regexes;
use crate::span::Span;
use crate::suggest;
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

/// Every field that an expression names, with where it is written. A call that is written like a
/// column of the scope stands for that column and names no field.
pub(super) fn field_names(expr: &syntax::Expr, text: &str, scope: &Scope) -> Vec<(Path, Span)> {
    let mut found = Vec::new();
    collect(expr, &mut found, &|call: Span| {
        scope.closed() && scope.has_text(call.text(text))
    });
    found
}

fn collect(expr: &syntax::Expr, found: &mut Vec<(Path, Span)>, is_column: &dyn Fn(Span) -> bool) {
    match &expr.kind {
        ExprKind::Field(path) => found.push((path_of(path), expr.span)),
        ExprKind::Literal(_) | ExprKind::Star | ExprKind::Period(_) | ExprKind::Regex(_) => {}
        ExprKind::Call { .. } if is_column(expr.span) => {}
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

fn path_of(field: &FieldPath) -> Path {
    Path {
        text: field.dotted(),
        field: field.clone(),
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
                    self.lint_comparison(*op, (&left_bound, left.span), (&right_bound, right.span));
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
        let path = path_of(field);
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
        let text = error.to_string();
        // The engine's message ends with the reason; the lines before show the rewritten pattern.
        let reason = text
            .lines()
            .last()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned();
        self.report(
            Diagnostic::error(
                codes::BAD_REGEX,
                span,
                format!("the regular expression cannot be used: {reason}"),
            )
            .with_help("look-around and back-references do not exist in this language"),
        );
    }

    fn call(
        &mut self,
        name: &Name,
        args: &[syntax::Expr],
        span: Span,
        place: Place,
    ) -> Option<Expr> {
        // After `stats`, an expression written like one of its outputs is that column. Among the
        // outputs of the next `stats` it is an aggregate of that stage.
        if self.scope.closed()
            && !matches!(place, Place::Output(_))
            && let Some(column) = self.scope.column_of_text(span.text(self.text))
        {
            return Some(Expr::Column(column.to_owned()));
        }
        let Some(function) = functions::find(&name.text) else {
            let help = match suggest::closest(&name.text, functions::names()) {
                Some(close) => format!("did you mean `{close}`?"),
                None => "`flowgauge help` lists all functions".to_owned(),
            };
            self.report(
                Diagnostic::error(
                    codes::UNKNOWN_FUNCTION,
                    name.span,
                    format!("unknown function `{}`", name.text),
                )
                .with_help(help),
            );
            return None;
        };
        let star = matches!(args, [only] if matches!(only.kind, ExprKind::Star));
        let args = if star && matches!(function.name, "count" | "countOverTime") {
            &[]
        } else {
            args
        };
        if let Err(arity) = function.check_arity(args.len()) {
            self.report(
                Diagnostic::error(
                    codes::ARGUMENT_COUNT,
                    span,
                    format!("`{}` takes {arity}, not {}", function.name, args.len()),
                )
                .with_help(format!("write {}", function.syntax)),
            );
            return None;
        }
        let grouping = function.name == "histogram";
        let aggregate = function.is_aggregate() && !grouping;
        match place {
            Place::Row | Place::Key if aggregate => {
                self.misplaced(name, "stands only in `stats`", "write `stats … by …`");
                return None;
            }
            Place::Argument if aggregate => {
                self.misplaced(
                    name,
                    "cannot stand inside another aggregate",
                    "use two `stats` stages",
                );
                return None;
            }
            Place::Row | Place::Output(_) | Place::Argument if grouping => {
                self.misplaced(
                    name,
                    "stands only after `by`",
                    "write `stats count(*) by histogram(f, 100)`",
                );
                return None;
            }
            _ => {}
        }
        let inner = if aggregate { Place::Argument } else { place };
        let mut bound = Vec::with_capacity(args.len() + 1);
        for (index, arg) in args.iter().enumerate() {
            let param = function.param(index).unwrap_or(Param::Value);
            bound.push(self.argument(function, param, arg, inner));
        }
        let mut bound: Vec<Expr> = bound.into_iter().collect::<Option<_>>()?;
        if function.name == "bin" {
            // The grouping of a later `stats` sees the time only if an earlier one passed it on.
            let timestamp = self.source_field("@timestamp", span)?;
            bound.insert(0, timestamp);
        }
        self.check_call(function, &bound, args, span);
        if function.name == "unmask" {
            return bound.pop();
        }
        Some(if aggregate {
            Expr::Aggregate {
                function,
                args: bound,
            }
        } else {
            Expr::Call {
                function,
                args: bound,
            }
        })
    }

    fn misplaced(&mut self, name: &Name, problem: &str, help: &str) {
        self.report(
            Diagnostic::error(
                codes::AGGREGATE_PLACE,
                name.span,
                format!("`{}` {problem}", name.text),
            )
            .with_help(help),
        );
    }

    fn argument(
        &mut self,
        function: &Function,
        param: Param,
        arg: &syntax::Expr,
        place: Place,
    ) -> Option<Expr> {
        let wrong = |what: &str| {
            Diagnostic::error(
                codes::BAD_ARGUMENT,
                arg.span,
                format!("`{}` takes {what} here", function.name),
            )
            .with_help(format!("write {}", function.syntax))
        };
        match param {
            Param::Period => match &arg.kind {
                ExprKind::Period(period) => Some(Expr::Period(self.clamp(*period, arg.span))),
                _ => {
                    self.report(wrong("a period such as 5m"));
                    None
                }
            },
            Param::Regex => match &arg.kind {
                ExprKind::Regex(literal) => self.regex(literal).map(Expr::Regex),
                ExprKind::Literal(Literal::Text(text)) => {
                    let literal = StringLiteral {
                        text: text.clone(),
                        span: arg.span,
                    };
                    self.regex(&literal).map(Expr::Regex)
                }
                _ => {
                    self.report(wrong("a regular expression"));
                    None
                }
            },
            Param::ConstantNumber | Param::ConstantText | Param::Flag => {
                let bound = self.bind_at(arg, place)?;
                let fits = match (&bound, param) {
                    (Expr::Literal(Literal::Number(_)), Param::ConstantNumber | Param::Flag) => {
                        true
                    }
                    (Expr::Literal(Literal::Text(text)), Param::ConstantNumber) => {
                        Number::parse(text).is_some()
                    }
                    (Expr::Literal(Literal::Text(_)), Param::ConstantText) => true,
                    (Expr::Literal(Literal::Boolean(_)), Param::Flag) => true,
                    _ => false,
                };
                if !fits {
                    self.report(wrong(match param {
                        Param::ConstantNumber => "a constant number",
                        Param::ConstantText => "a constant string",
                        _ => "`true` or `false`",
                    }));
                    return None;
                }
                Some(bound)
            }
            Param::Value | Param::Subnet => self.bind_at(arg, place),
        }
    }

    fn clamp(&mut self, period: Period, span: Span) -> Period {
        let (clamped, changed) = period.clamped();
        if changed {
            self.report(
                Diagnostic::warning(
                    codes::CLAMPED_PERIOD,
                    span,
                    format!("{period} acts as {clamped}, as in AWS"),
                )
                .with_help("use a larger unit"),
            );
        }
        clamped
    }

    /// Checks of constant arguments that the registry cannot express.
    fn check_call(
        &mut self,
        function: &Function,
        args: &[Expr],
        written: &[syntax::Expr],
        span: Span,
    ) {
        let constant = |index: usize| match args.get(index) {
            Some(Expr::Literal(Literal::Number(number))) => Some(*number),
            Some(Expr::Literal(Literal::Text(text))) => Number::parse(text),
            _ => None,
        };
        let problem = match function.name {
            "case" if args.len() / 2 > limits::CASE_BRANCHES => Some(format!(
                "`case` takes at most {} conditions",
                limits::CASE_BRANCHES
            )),
            "pct" => constant(1)
                .filter(|p| p.as_f64() < 0.0 || p.as_f64() > 100.0)
                .map(|p| format!("a percentile lies between 0 and 100, not at {p}")),
            "topk" => constant(0)
                .filter(|k| !matches!(k, Number::Int(k) if *k >= 1 && *k <= limits::TOPK as i64))
                .map(|k| {
                    format!(
                        "`topk` takes a whole number from 1 to {}, not {k}",
                        limits::TOPK
                    )
                }),
            "histogram" => constant(1)
                .filter(|width| width.as_f64() <= 0.0)
                .map(|width| format!("a bucket is wider than 0, not {width}")),
            "isIpInSubnet" | "isIpv4InSubnet" | "isIpv6InSubnet" => match args.get(1) {
                Some(Expr::Literal(Literal::Text(text))) if !is_cidr(text) => {
                    Some(format!("`{text}` is no subnet; write one like 10.0.0.0/8"))
                }
                _ => None,
            },
            _ => None,
        };
        if function.name == "pct"
            && let Some(percent) = constant(1)
            && (percent == Number::Int(0) || percent == Number::Int(100))
        {
            self.report(
                Diagnostic::warning(
                    codes::LEGACY_FORM,
                    span,
                    format!("percentile {percent} is outside the documented range; it is the extreme value"),
                )
                .with_help("write min(…) or max(…)"),
            );
        }
        if let Some(message) = problem {
            let span = written.last().map_or(span, |arg| arg.span);
            self.report(Diagnostic::error(codes::BAD_ARGUMENT, span, message));
        }
    }

    /// Comparisons that can never be true or that probably mean something else.
    fn lint_comparison(&mut self, op: BinaryOp, left: (&Expr, Span), right: (&Expr, Span)) {
        for ((value, _), (other, span)) in [(left, right), (right, left)] {
            let is_time = match value {
                Expr::Source(name) => matches!(name.as_str(), "@timestamp" | "@ingestionTime"),
                Expr::Call { function, .. } => {
                    function.group == Group::DateTime
                        && function.returns == crate::functions::Kind::Time
                }
                _ => false,
            };
            if is_time
                && let Expr::Literal(Literal::Text(text)) = other
                && Number::parse(text).is_none()
            {
                self.report(
                    Diagnostic::warning(
                        codes::SUSPECT_COMPARISON,
                        span,
                        format!("a time `{}` a text never matches", op.symbol()),
                    )
                    .with_help("compare with epoch milliseconds, or choose the window with --start and --end"),
                );
            }
        }
    }
}

/// Whether text is an address with an optional prefix length.
fn is_cidr(text: &str) -> bool {
    let (address, length) = text
        .split_once('/')
        .map_or((text, None), |(a, l)| (a, Some(l)));
    let Ok(address) = address.parse::<std::net::IpAddr>() else {
        return false;
    };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    length.is_none_or(|length| length.parse::<u8>().is_ok_and(|length| length <= longest))
}
