//! Comparisons and membership, with the shortcuts that keep hot filters on columns of numbers.
//!
//! Whatever shortcut is taken, the result is that of [`crate::kernels::compare`].

use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{Expr as Df, Operator, binary_expr, in_list, lit};
use flowgauge_event::Number;
use flowgauge_ql::pipeline::{BinaryOp, Expr, Literal};

use super::Lowering;
use super::expr::{call, comparison_kernel, constant, text};

impl Lowering {
    pub(super) fn comparison(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Result<Df> {
        if let (Some(left), Some(right)) = (quoted(left), quoted(right)) {
            return Ok(lit(operator_holds(op, left, right)));
        }
        // Constants stand on the right from here on.
        if matches!(left, Expr::Literal(_)) && !matches!(right, Expr::Literal(_)) {
            return self.comparison(mirrored(op), right, left);
        }
        if let Expr::Literal(literal) = right {
            if let Some(shortcut) = self.number_comparison(op, left, literal)? {
                return Ok(shortcut);
            }
            if let Some(shortcut) = self.text_equality(op, left, literal)? {
                return Ok(shortcut);
            }
        }
        call(
            comparison_kernel(op),
            vec![self.expr(left)?, self.expr(right)?],
        )
    }

    /// A field with a column of numbers against a number.
    fn number_comparison(
        &self,
        op: BinaryOp,
        field: &Expr,
        literal: &Literal,
    ) -> Result<Option<Df>> {
        let Expr::Source(name) = field else {
            return Ok(None);
        };
        let Some(value) = number_of(literal) else {
            return Ok(None);
        };
        if !self.has_numbers(name) {
            return Ok(None);
        }
        let number = self.numeric(field)?;
        let by_value = call(
            comparison_kernel(op),
            vec![number.clone(), constant(&Literal::Number(value))],
        )?;
        // What is no number (`-`) still compares as text where the rules of 4.2 say so: when it
        // is not equal, and when the constant was written as text.
        let as_text = match (op, literal) {
            (BinaryOp::Equal, _) => false,
            (BinaryOp::NotEqual, _) => true,
            (_, literal) => matches!(literal, Literal::Text(_)),
        };
        if !as_text {
            return Ok(Some(by_value));
        }
        let kernel = call(
            comparison_kernel(op),
            vec![self.expr(field)?, constant(literal)],
        )?;
        Ok(Some(by_value.or(number.is_null().and(kernel))))
    }

    /// Text against text that is no number: plain equality.
    fn text_equality(&self, op: BinaryOp, value: &Expr, literal: &Literal) -> Result<Option<Df>> {
        let Literal::Text(wanted) = literal else {
            return Ok(None);
        };
        let operator = match op {
            BinaryOp::Equal => Operator::Eq,
            BinaryOp::NotEqual => Operator::NotEq,
            _ => return Ok(None),
        };
        if Number::parse(wanted).is_some() {
            return Ok(None);
        }
        let value = self.expr(value)?;
        if self.type_of(&value)? != DataType::Utf8View {
            return Ok(None);
        }
        Ok(Some(is_true(binary_expr(value, operator, text(wanted)))))
    }

    pub(super) fn membership(&self, value: &Expr, list: &[Literal], negated: bool) -> Result<Df> {
        let lowered = self.expr(value)?;
        let found = match quoted(value) {
            Some(text) => self.text_found_in(text, value, &lowered, list)?,
            None => self.found_in(value, &lowered, list)?,
        };
        if !negated {
            return Ok(found);
        }
        // A missing value is neither in the list nor not in it.
        Ok(self.has_text(lowered)?.and(Df::Not(Box::new(found))))
    }

    /// The same for a text in quotes, which is compared with texts in quotes as text.
    fn text_found_in(
        &self,
        text: &str,
        value: &Expr,
        lowered: &Df,
        list: &[Literal],
    ) -> Result<Df> {
        let mut others = Vec::new();
        for literal in list {
            match literal {
                Literal::Text(element) if element == text => return Ok(lit(true)),
                Literal::Text(_) => {}
                other => others.push(other.clone()),
            }
        }
        match others.is_empty() {
            true => Ok(lit(false)),
            false => self.found_in(value, lowered, &others),
        }
    }

    fn found_in(&self, value: &Expr, lowered: &Df, list: &[Literal]) -> Result<Df> {
        let numbers: Option<Vec<Df>> = list
            .iter()
            .map(|literal| Some(constant(&Literal::Number(number_of(literal)?))))
            .collect();
        if let (Some(numbers), Expr::Source(name)) = (numbers, value)
            && self.has_numbers(name)
        {
            let mut args = vec![self.numeric(value)?];
            args.extend(numbers);
            return call("_in", args);
        }
        let plain_text = list
            .iter()
            .all(|literal| matches!(literal, Literal::Text(_)) && number_of(literal).is_none());
        if plain_text && self.type_of(lowered)? == DataType::Utf8View {
            return Ok(is_true(in_list(
                lowered.clone(),
                list.iter().map(constant).collect(),
                false,
            )));
        }
        let mut args = vec![lowered.clone()];
        args.extend(list.iter().map(constant));
        call("_in", args)
    }
}

/// The number of a literal, also when it was written as text.
fn number_of(literal: &Literal) -> Option<Number> {
    match literal {
        Literal::Number(number) => Some(*number),
        Literal::Text(text) => Number::parse(text),
        Literal::Boolean(flag) => Some(Number::Int(i64::from(*flag))),
    }
}

/// The text of a constant in quotes; two of them compare as text (spec 4.2).
fn quoted(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(Literal::Text(text)) => Some(text),
        _ => None,
    }
}

/// Whether a comparison of texts holds; `str` orders by code points.
fn operator_holds(op: BinaryOp, left: &str, right: &str) -> bool {
    match op {
        BinaryOp::NotEqual => left != right,
        BinaryOp::Less => left < right,
        BinaryOp::LessOrEqual => left <= right,
        BinaryOp::Greater => left > right,
        BinaryOp::GreaterOrEqual => left >= right,
        _ => left == right,
    }
}

fn is_true(condition: Df) -> Df {
    Df::IsTrue(Box::new(condition))
}

fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessOrEqual => BinaryOp::GreaterOrEqual,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterOrEqual => BinaryOp::LessOrEqual,
        other => other,
    }
}
