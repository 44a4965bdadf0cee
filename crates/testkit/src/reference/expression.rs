//! Expressions over one row, and over one group.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use flowgauge_event::{Period, Value};
use flowgauge_ql::Pipeline;
use flowgauge_ql::pipeline::{Expr, Literal, PathStep};
use flowgauge_ql::regexes;
use regex::Regex;

use super::{Context, Inputs, Working, aggregate, arithmetic, compare, convert, functions, json};

/// Evaluates the steps and expressions of one pipeline; remembers compiled regular expressions.
pub(super) struct Evaluator<'c> {
    pub(super) pipeline: &'c Pipeline,
    pub(super) inputs: &'c Inputs,
    pub(super) context: &'c Context,
    /// How many steps lie before the one that is being applied.
    pub(super) done: Cell<usize>,
    regexes: RefCell<HashMap<String, Regex>>,
    /// The values of the subqueries, by where their pipelines lie.
    pub(super) values: RefCell<HashMap<*const Pipeline, Rc<Vec<Value>>>>,
}

/// What surrounds an expression of a `stats` stage.
#[derive(Clone, Copy, Default)]
pub(super) struct Frame<'a> {
    /// Shift of the `bin` boundaries.
    pub(super) offset: Option<Period>,
    /// The group that aggregates work on.
    pub(super) group: Option<aggregate::Group<'a>>,
}

impl<'c> Evaluator<'c> {
    pub(super) fn new(
        pipeline: &'c Pipeline,
        inputs: &'c Inputs,
        context: &'c Context,
    ) -> Evaluator<'c> {
        Evaluator {
            pipeline,
            inputs,
            context,
            done: Cell::new(0),
            regexes: RefCell::default(),
            values: RefCell::default(),
        }
    }

    /// The expression's value for a row.
    pub(super) fn eval(&self, expr: &Expr, row: &Working<'_>) -> Result<Value, String> {
        self.eval_in(expr, row, Frame::default())
    }

    /// The expression's value for a row of a `stats` stage.
    pub(super) fn eval_in(
        &self,
        expr: &Expr,
        row: &Working<'_>,
        frame: Frame<'_>,
    ) -> Result<Value, String> {
        let eval = |expr: &Expr| self.eval_in(expr, row, frame);
        Ok(match expr {
            Expr::Literal(literal) => literal_value(literal),
            Expr::Column(name) => row.column(name),
            Expr::Source(name) => row.source(name),
            Expr::Access { base, path } => access(&eval(base)?, path),
            Expr::Call { function, args } => {
                functions::call(self, function.name, args, row, frame)?
            }
            Expr::Aggregate { function, args } => match frame.group {
                Some(group) => aggregate::compute(self, function.name, args, group)?,
                // `histogram` stands among the keys, where there is no group yet.
                None => functions::call(self, function.name, args, row, frame)?,
            },
            Expr::Period(_) | Expr::Regex(_) => {
                return Err("a period or regular expression stands outside a call".to_owned());
            }
            Expr::Negate(inner) => arithmetic::negate(&eval(inner)?),
            Expr::Not(inner) => Value::Boolean(!convert::truth(&eval(inner)?)),
            Expr::Binary { op, left, right } => {
                let texts = (quoted(left), quoted(right));
                if let (true, (Some(left), Some(right))) = (op.is_comparison(), texts) {
                    return Ok(Value::Boolean(compare::texts(*op, left, right)));
                }
                let (left, right) = (eval(left)?, eval(right)?);
                if op.is_comparison() {
                    Value::Boolean(compare::holds(*op, &left, &right))
                } else {
                    arithmetic::binary(*op, &left, &right)
                }
            }
            Expr::And(operands) => {
                let mut all = true;
                for operand in operands {
                    all &= convert::truth(&eval(operand)?);
                }
                Value::Boolean(all)
            }
            Expr::Or(operands) => {
                let mut any = false;
                for operand in operands {
                    any |= convert::truth(&eval(operand)?);
                }
                Value::Boolean(any)
            }
            Expr::Contains {
                value,
                text,
                negated,
            } => Value::Boolean(
                convert::text(&eval(value)?)
                    .is_some_and(|value| value.contains(text.as_str()) != *negated),
            ),
            Expr::Matches {
                value,
                regex,
                negated,
            } => {
                let regex = self.regex(regex)?;
                Value::Boolean(
                    convert::text(&eval(value)?)
                        .is_some_and(|value| regex.is_match(&value) != *negated),
                )
            }
            Expr::In {
                value,
                list,
                negated,
            } => {
                if let Some(text) = quoted(value) {
                    let found = list.iter().any(|element| match element {
                        Literal::Text(element) => element == text,
                        other => compare::is_in(
                            &literal_value(&Literal::Text(text.to_owned())),
                            &[literal_value(other)],
                            false,
                        ),
                    });
                    return Ok(Value::Boolean(found != *negated));
                }
                let list: Vec<Value> = list.iter().map(literal_value).collect();
                Value::Boolean(compare::is_in(&eval(value)?, &list, *negated))
            }
            Expr::InQuery {
                value,
                query,
                negated,
            } => {
                let list = self.values(query)?;
                Value::Boolean(compare::is_in(&eval(value)?, &list, *negated))
            }
        })
    }

    /// The compiled expression.
    pub(super) fn regex(&self, pattern: &str) -> Result<Regex, String> {
        if let Some(regex) = self.regexes.borrow().get(pattern) {
            return Ok(regex.clone());
        }
        let regex = regexes::compile(pattern).map_err(|error| error.to_string())?;
        self.regexes
            .borrow_mut()
            .insert(pattern.to_owned(), regex.clone());
        Ok(regex)
    }
}

/// The text of a literal in quotes; two of them compare as text (spec 4.2).
fn quoted(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(Literal::Text(text)) => Some(text),
        _ => None,
    }
}

/// A constant's value.
pub(super) fn literal_value(literal: &Literal) -> Value {
    match literal {
        Literal::Number(number) => Value::Number(*number),
        Literal::Text(text) => Value::Text(text.clone()),
        Literal::Boolean(flag) => Value::Boolean(*flag),
    }
}

/// Steps into a map or list. Text that holds JSON is a leaf (spec 8.4).
fn access(base: &Value, path: &[PathStep]) -> Value {
    match base {
        Value::Structure(text) => json::parse(text)
            .as_ref()
            .and_then(|document| document.at(path))
            .map_or(Value::Missing, json::Json::value),
        Value::List(items) => match path {
            [PathStep::Index(index)] => usize::try_from(*index)
                .ok()
                .and_then(|index| items.get(index))
                .map_or(Value::Missing, |item| Value::Text(item.clone())),
            _ => Value::Missing,
        },
        _ => Value::Missing,
    }
}
