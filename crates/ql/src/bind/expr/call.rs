//! Calls: which function a name means, whether it may stand there, and its arguments.

use flowgauge_event::java_date::Pattern;
use flowgauge_event::{Number, Period, limits, strftime, zone};

use super::super::Binder;
use super::Place;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::functions::{self, Function, Param};
use crate::pipeline::{Expr, Literal};
use crate::span::Span;
use crate::suggest;
use crate::syntax::{self, ExprKind, Name, StringLiteral};

impl Binder<'_> {
    pub(super) fn call(
        &mut self,
        name: &Name,
        args: &[syntax::Expr],
        span: Span,
        place: Place,
    ) -> Option<Expr> {
        let Some(function) = functions::find(&name.text) else {
            let close =
                foreign(&name.text).or_else(|| suggest::closest(&name.text, functions::names()));
            let help = match close {
                _ if name.text.eq_ignore_ascii_case("ago") => {
                    "choose the window with --start, or compare toMillis(@timestamp) with now() * 1000"
                        .to_owned()
                }
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
        if is_timed(function) && !self.has_time() {
            let message = format!(
                "`{}` needs `@timestamp`, which does not exist here",
                function.name
            );
            let help = "keep the time in the stage before: max(@timestamp) as @timestamp";
            self.report(Diagnostic::error(codes::UNKNOWN_NAME, span, message).with_help(help));
            return None;
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

    /// Checks the constant patterns and zones of the date functions.
    fn check_dates(&mut self, function: &Function, args: &[Expr], written: &[syntax::Expr]) {
        for (index, (arg, written)) in args.iter().zip(written).enumerate() {
            if let Expr::Literal(Literal::Text(text)) = arg
                && let Some(problem) = date_problem(function, index, text)
            {
                self.report(Diagnostic::error(
                    codes::BAD_ARGUMENT,
                    written.span,
                    problem,
                ));
            }
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
        self.check_dates(function, args, written);
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
}

/// What is wrong with a constant argument of a date function.
fn date_problem(function: &Function, index: usize, text: &str) -> Option<String> {
    let problem = match (function.name, index) {
        ("parseDate", 1) => Pattern::compile(text).err(),
        ("formatDate", 1) => strftime::check(text).err(),
        ("parseDate" | "formatDate", 2) => {
            let unknown = zone::find(text).is_none();
            return unknown.then(|| format!("`{text}` is no time zone: {}", zone::FORMS));
        }
        _ => None,
    };
    problem.map(|problem| format!("`{text}` is no date pattern: {problem}"))
}

/// What a function of other languages is called here.
fn foreign(name: &str) -> Option<&'static str> {
    const NAMES: &[(&str, &str)] = &[
        ("upper", "toupper"),
        ("ucase", "toupper"),
        ("lower", "tolower"),
        ("lcase", "tolower"),
        ("length", "strlen"),
        ("len", "strlen"),
        ("substring", "substr"),
        ("percentile", "pct"),
        ("quantile", "pct"),
        ("mean", "avg"),
        ("ifnull", "coalesce"),
        ("isnotnull", "ispresent"),
    ];
    let found = NAMES
        .iter()
        .find(|(other, _)| name.eq_ignore_ascii_case(other));
    found.map(|(_, own)| *own)
}

/// Whether a function follows the time of the rows without naming it.
fn is_timed(function: &Function) -> bool {
    matches!(function.name, "earliest" | "latest" | "rate")
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
