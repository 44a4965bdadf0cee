//! `+ - * / % ^` and negation (spec 4.2, 4.5).
//!
//! Integers stay integers where the result is one and fits; otherwise the result is a float. What
//! is no number, and every division by zero, NaN or infinity, is missing.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;

use crate::function::{Args, Scalar};
use crate::types;
use crate::values::NumberBuilder;

fn number_type(_: &[DataType]) -> DataType {
    types::number()
}

fn float_type(_: &[DataType]) -> DataType {
    DataType::Float64
}

/// `a + b`
pub static ADD: Scalar = Scalar {
    name: "_add",
    returns: number_type,
    invoke: |args| binary(args, add),
};
/// `a - b`
pub static SUBTRACT: Scalar = Scalar {
    name: "_subtract",
    returns: number_type,
    invoke: |args| binary(args, subtract),
};
/// `a * b`
pub static MULTIPLY: Scalar = Scalar {
    name: "_multiply",
    returns: number_type,
    invoke: |args| binary(args, multiply),
};
/// `a % b`
pub static MODULO: Scalar = Scalar {
    name: "_modulo",
    returns: number_type,
    invoke: |args| binary(args, modulo),
};
/// `a ^ b`
pub static POWER: Scalar = Scalar {
    name: "_power",
    returns: number_type,
    invoke: |args| binary(args, power),
};
/// `a / b`
pub static DIVIDE: Scalar = Scalar {
    name: "_divide",
    returns: float_type,
    invoke: divide,
};
/// `-a`
pub static NEGATE: Scalar = Scalar {
    name: "_negate",
    returns: number_type,
    invoke: negate,
};

fn binary(args: &Args, op: fn(Number, Number) -> Option<Number>) -> Result<ArrayRef> {
    let (left, right) = (args.numbers(0)?, args.numbers(1)?);
    let mut out = NumberBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        out.push(match (left.get(row), right.get(row)) {
            (Some(a), Some(b)) => op(a, b),
            _ => None,
        });
    }
    Ok(out.finish())
}

fn add(a: Number, b: Number) -> Option<Number> {
    exact(a, b, i64::checked_add).or_else(|| Number::from_f64(a.as_f64() + b.as_f64()))
}

fn subtract(a: Number, b: Number) -> Option<Number> {
    exact(a, b, i64::checked_sub).or_else(|| Number::from_f64(a.as_f64() - b.as_f64()))
}

fn multiply(a: Number, b: Number) -> Option<Number> {
    exact(a, b, i64::checked_mul).or_else(|| Number::from_f64(a.as_f64() * b.as_f64()))
}

fn modulo(a: Number, b: Number) -> Option<Number> {
    if let (Number::Int(_), Number::Int(divisor)) = (a, b) {
        if divisor == 0 {
            return None;
        }
        // i64::MIN % -1 overflows in the machine although the result is 0.
        return exact(a, b, |a, b| Some(a.checked_rem(b).unwrap_or(0)));
    }
    Number::from_f64(a.as_f64() % b.as_f64())
}

fn power(a: Number, b: Number) -> Option<Number> {
    if let (Number::Int(base), Number::Int(exponent)) = (a, b)
        && let Ok(exponent) = u32::try_from(exponent)
        && let Some(value) = base.checked_pow(exponent)
    {
        return Some(Number::Int(value));
    }
    Number::from_f64(a.as_f64().powf(b.as_f64()))
}

fn exact(a: Number, b: Number, op: fn(i64, i64) -> Option<i64>) -> Option<Number> {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => op(a, b).map(Number::Int),
        _ => None,
    }
}

fn divide(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.numbers(0)?, args.numbers(1)?);
    let quotients: Float64Array = (0..args.rows)
        .map(|row| {
            let quotient = left.get(row)?.as_f64() / right.get(row)?.as_f64();
            quotient.is_finite().then_some(quotient)
        })
        .collect();
    Ok(Arc::new(quotients))
}

fn negate(args: &Args) -> Result<ArrayRef> {
    let values = args.numbers(0)?;
    let mut out = NumberBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        out.push(
            values
                .get(row)
                .and_then(|value| subtract(Number::Int(0), value)),
        );
    }
    Ok(out.finish())
}
