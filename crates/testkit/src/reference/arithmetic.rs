//! `+ - * / % ^` and negation (spec 4.2, 4.5).

use flowgauge_event::{Number, Value};
use flowgauge_ql::pipeline::BinaryOp;

use super::convert::{float, int, number};

/// `left op right`; missing when an operand is no number or the result is none.
pub(super) fn binary(op: BinaryOp, left: &Value, right: &Value) -> Value {
    let (Some(a), Some(b)) = (number(left), number(right)) else {
        return Value::Missing;
    };
    let exact = match (a, b) {
        (Number::Int(a), Number::Int(b)) => exact(op, a, b),
        _ => None,
    };
    if let Some(value) = exact {
        return int(value);
    }
    let (a, b) = (a.as_f64(), b.as_f64());
    match op {
        BinaryOp::Add => float(a + b),
        BinaryOp::Subtract => float(a - b),
        BinaryOp::Multiply => float(a * b),
        BinaryOp::Divide if b != 0.0 => float(a / b),
        BinaryOp::Modulo if b != 0.0 => float(a % b),
        BinaryOp::Power => float(a.powf(b)),
        _ => Value::Missing,
    }
}

/// The integer result, where integers in give an integer out that fits 64 bits.
fn exact(op: BinaryOp, a: i64, b: i64) -> Option<i64> {
    match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Subtract => a.checked_sub(b),
        BinaryOp::Multiply => a.checked_mul(b),
        // The one overflow of `%`, the smallest integer by -1, has remainder 0.
        BinaryOp::Modulo if b == -1 => Some(0),
        BinaryOp::Modulo => a.checked_rem(b),
        BinaryOp::Power => match a {
            // Exponents beyond 32 bits overflow for every other base.
            0 | 1 if b > 0 => Some(a),
            -1 if b >= 0 => Some(if b % 2 == 0 { 1 } else { -1 }),
            _ => a.checked_pow(u32::try_from(b).ok()?),
        },
        _ => None,
    }
}

/// `-value`.
pub(super) fn negate(value: &Value) -> Value {
    match number(value) {
        Some(Number::Int(value)) => match value.checked_neg() {
            Some(negative) => int(negative),
            None => float(-(value as f64)),
        },
        Some(Number::Float(value)) => float(-value),
        None => Value::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_and_their_print() {
        use BinaryOp::*;
        let text = |text: &str| Value::Text(text.to_owned());
        for (op, left, right, expected) in [
            (Add, int(i64::MAX), int(0), Some("9223372036854775807")),
            (Add, int(i64::MAX), int(1), Some("9223372036854775808")),
            (Add, text("80"), Value::Boolean(true), Some("81")),
            (Subtract, Value::Time(10), int(4), Some("6")),
            (Divide, int(6), int(3), Some("2")),
            (Divide, int(7), int(2), Some("3.5")),
            (Divide, int(1), int(0), None),
            (Modulo, int(10), int(3), Some("1")),
            (Modulo, int(-10), int(3), Some("-1")),
            (Modulo, int(i64::MIN), int(-1), Some("0")),
            (Modulo, float(7.5), int(2), Some("1.5")),
            (Modulo, int(1), int(0), None),
            (Power, int(2), int(3), Some("8")),
            (Power, int(3), int(39), Some("4052555153018976267")),
            (Power, int(2), int(-1), Some("0.5")),
            (Power, int(-1), float(0.5), None),
            (Power, int(0), int(0), Some("1")),
            (Add, text("-"), int(1), None),
            (Add, Value::Missing, int(1), None),
        ] {
            let result = binary(op, &left, &right);
            assert_eq!(
                result.print().as_deref(),
                expected,
                "{left:?} {} {right:?}",
                op.symbol()
            );
        }
        assert_eq!(
            negate(&int(i64::MIN)).print().as_deref(),
            Some("9223372036854775808")
        );
    }
}
