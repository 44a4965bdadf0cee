//! Scalar functions (spec chapter 7), one file a group.
//!
//! A missing first argument gives a missing result unless the function is about presence; maps and
//! lists are missing for all but the structure functions (spec 4.1).

mod datetime;
mod hash;
mod ip;
mod numeric;
mod structure;
mod text;

use flowgauge_event::{Number, Period, Value};
use flowgauge_ql::pipeline::{Expr, Literal};

use super::Working;
use super::convert::{integer, number, text as as_text, truth};
use super::expression::{Evaluator, Frame};

/// The arguments of one call, evaluated on demand.
struct Arguments<'a, 'c> {
    evaluator: &'a Evaluator<'c>,
    args: &'a [Expr],
    row: &'a Working<'a>,
    frame: Frame<'a>,
}

impl Arguments<'_, '_> {
    fn len(&self) -> usize {
        self.args.len()
    }

    fn value(&self, index: usize) -> Result<Value, String> {
        match self.args.get(index) {
            Some(expr) => self.evaluator.eval_in(expr, self.row, self.frame),
            None => Ok(Value::Missing),
        }
    }

    fn text(&self, index: usize) -> Result<Option<String>, String> {
        Ok(as_text(&self.value(index)?))
    }

    fn number(&self, index: usize) -> Result<Option<Number>, String> {
        Ok(number(&self.value(index)?))
    }

    fn float(&self, index: usize) -> Result<Option<f64>, String> {
        Ok(self.number(index)?.map(Number::as_f64))
    }

    fn integer(&self, index: usize) -> Result<Option<i64>, String> {
        Ok(integer(&self.value(index)?))
    }

    fn period(&self, index: usize) -> Result<Period, String> {
        match self.args.get(index) {
            Some(Expr::Period(period)) => Ok(*period),
            other => Err(format!("expected a period, found {other:?}")),
        }
    }

    fn regex(&self, index: usize) -> Result<regex::Regex, String> {
        match self.args.get(index) {
            Some(Expr::Regex(pattern) | Expr::Literal(Literal::Text(pattern))) => {
                self.evaluator.regex(pattern)
            }
            other => Err(format!("expected a regular expression, found {other:?}")),
        }
    }
}

/// The value of a scalar function for a row. Fails on a function that does not exist.
pub(super) fn call(
    evaluator: &Evaluator<'_>,
    name: &str,
    args: &[Expr],
    row: &Working<'_>,
    frame: Frame<'_>,
) -> Result<Value, String> {
    let args = Arguments {
        evaluator,
        args,
        row,
        frame,
    };
    for group in [
        general,
        numeric::call,
        datetime::call,
        structure::call,
        ip::call,
        text::call,
        hash::call,
    ] {
        if let Some(value) = group(name, &args)? {
            return Ok(value);
        }
    }
    Err(format!("the reference evaluator has no function `{name}`"))
}

/// What a group answers: `None` when the function is not its own.
type Answer = Result<Option<Value>, String>;

/// General functions (spec 7.3).
fn general(name: &str, args: &Arguments<'_, '_>) -> Answer {
    let context = args.evaluator.context;
    let millis = |millis: Option<i64>| millis.map_or(Value::Missing, super::convert::int);
    Ok(Some(match name {
        "ispresent" => Value::Boolean(!args.value(0)?.is_missing()),
        "coalesce" => {
            let mut found = Value::Missing;
            for index in 0..args.len() {
                found = args.value(index)?;
                if !found.is_missing() {
                    break;
                }
            }
            found
        }
        "case" => case(args)?,
        "if" => args.value(if truth(&args.value(0)?) { 1 } else { 2 })?,
        "isNumeric" => match super::convert::scalar(args.value(0)?) {
            Value::Missing => Value::Missing,
            value => Value::Boolean(number(&value).is_some()),
        },
        "messageSize" => match args.text(0)? {
            Some(text) => super::convert::int(text.len() as i64),
            None => Value::Missing,
        },
        "unmask" => args.value(0)?,
        "queryStartTime" => millis(context.start),
        "queryEndTime" => millis(context.end),
        "queryTimeRange" => millis(
            context
                .start
                .zip(context.end)
                .map(|(start, end)| end.saturating_sub(start)),
        ),
        _ => return Ok(None),
    }))
}

fn case(args: &Arguments<'_, '_>) -> Result<Value, String> {
    let mut index = 0;
    while index + 1 < args.len() {
        if truth(&args.value(index)?) {
            return args.value(index + 1);
        }
        index += 2;
    }
    // An odd last argument is the default.
    args.value(index)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::reference::{Context, Inputs};
    use flowgauge_ql::Pipeline;

    /// Calls a function with constants and prints its result.
    pub(in crate::reference) fn printed(name: &str, args: &[Value]) -> Option<String> {
        let context = Context {
            now: 1_700_000_000_999,
            start: Some(1_000),
            end: None,
            ..Context::default()
        };
        let row = Working {
            event: None,
            columns: args
                .iter()
                .enumerate()
                .map(|(index, value)| (index.to_string(), value.clone()))
                .collect(),
            position: 0,
        };
        let exprs: Vec<Expr> = args
            .iter()
            .enumerate()
            .map(|(index, value)| constant(value).unwrap_or(Expr::Column(index.to_string())))
            .collect();
        call(
            &Evaluator::new(&Pipeline::default(), &Inputs::default(), &context),
            name,
            &exprs,
            &row,
            Frame::default(),
        )
        .expect(name)
        .print()
        .map(|text| text.into_owned())
    }

    fn constant(value: &Value) -> Option<Expr> {
        Some(Expr::Literal(match value {
            Value::Text(text) => Literal::Text(text.clone()),
            Value::Number(number) => Literal::Number(*number),
            Value::Boolean(flag) => Literal::Boolean(*flag),
            _ => return None,
        }))
    }

    pub(in crate::reference) fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    /// Checks calls whose arguments are all text.
    pub(in crate::reference) fn check(cases: &[(&str, &[&str], Option<&str>)]) {
        for (name, args, expected) in cases {
            let values: Vec<Value> = args.iter().map(|arg| text(arg)).collect();
            assert_eq!(
                printed(name, &values).as_deref(),
                *expected,
                "{name} {args:?}"
            );
        }
    }

    #[test]
    fn general_functions() {
        check(&[
            ("ispresent", &["-"], Some("1")),
            ("coalesce", &["", "d"], Some("")),
            ("case", &["0", "a", "1", "b", "c"], Some("b")),
            ("case", &["0", "a", "c"], Some("c")),
            ("case", &["0", "a"], None),
            ("if", &["x", "a", "b"], Some("a")),
            ("isNumeric", &["12.5"], Some("1")),
            ("isNumeric", &["-"], Some("0")),
            ("messageSize", &["aé𝄞"], Some("7")),
            ("queryStartTime", &[], Some("1000")),
            ("queryEndTime", &[], None),
            ("queryTimeRange", &[], None),
        ]);
        let missing = Value::Missing;
        for (name, args, expected) in [
            ("ispresent", vec![missing.clone()], Some("0")),
            ("coalesce", vec![missing.clone(), text("d")], Some("d")),
            ("if", vec![missing.clone(), text("a"), text("b")], Some("b")),
            ("isNumeric", vec![missing.clone()], None),
            ("messageSize", vec![missing], None),
        ] {
            assert_eq!(printed(name, &args).as_deref(), expected, "{name}");
        }
    }
}
