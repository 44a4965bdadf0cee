//! Comparison operators (spec 4.2, 4.3, 4.5).

use std::cmp::Ordering;

use flowgauge_event::Value;
use flowgauge_ql::pipeline::BinaryOp;

use super::convert::number;

/// Whether `left op right` holds. Missing values, maps and lists make every comparison false.
pub(super) fn holds(op: BinaryOp, left: &Value, right: &Value) -> bool {
    if !comparable(left) || !comparable(right) {
        return false;
    }
    if let (Some(a), Some(b)) = (number(left), number(right)) {
        return accepts(op, a.compare(b));
    }
    // One side is text that is no number. A time never equals it and is never unequal to it.
    if matches!(left, Value::Time(_)) || matches!(right, Value::Time(_)) {
        return false;
    }
    let both_text = matches!((left, right), (Value::Text(_), Value::Text(_)));
    let equality = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
    if !both_text && !equality {
        return false;
    }
    match (left.print(), right.print()) {
        (Some(a), Some(b)) => texts(op, &a, &b),
        _ => false,
    }
}

/// Whether `left op right` holds by code points.
pub(super) fn texts(op: BinaryOp, left: &str, right: &str) -> bool {
    // UTF-8 compares by bytes as by code points.
    accepts(op, left.as_bytes().cmp(right.as_bytes()))
}

fn comparable(value: &Value) -> bool {
    !matches!(value, Value::Missing | Value::Structure(_) | Value::List(_))
}

fn accepts(op: BinaryOp, order: Ordering) -> bool {
    match op {
        BinaryOp::Equal => order.is_eq(),
        BinaryOp::NotEqual => order.is_ne(),
        BinaryOp::Less => order.is_lt(),
        BinaryOp::LessOrEqual => order.is_le(),
        BinaryOp::Greater => order.is_gt(),
        BinaryOp::GreaterOrEqual => order.is_ge(),
        BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Modulo
        | BinaryOp::Power => false,
    }
}

/// Membership; false for a missing value, a map or a list, negated or not.
pub(super) fn is_in(value: &Value, list: &[Value], negated: bool) -> bool {
    comparable(value)
        && list
            .iter()
            .any(|element| holds(BinaryOp::Equal, value, element))
            != negated
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::convert::{float, int};

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    /// The operators that hold among `= != < <= > >=`, in this order.
    fn holding(left: &Value, right: &Value) -> String {
        [
            BinaryOp::Equal,
            BinaryOp::NotEqual,
            BinaryOp::Less,
            BinaryOp::LessOrEqual,
            BinaryOp::Greater,
            BinaryOp::GreaterOrEqual,
        ]
        .into_iter()
        .filter(|&op| holds(op, left, right))
        .map(BinaryOp::symbol)
        .collect::<Vec<_>>()
        .join(" ")
    }

    #[test]
    fn every_pair_of_kinds() {
        for (left, right, expected) in [
            (text("80"), int(80), "= <= >="),
            (text("080"), text("80.0"), "= <= >="),
            (int(1), Value::Boolean(true), "= <= >="),
            (text("-"), int(80), "!="),
            (int(80), text("-"), "!="),
            (text("-"), text("8"), "!= < <="),
            (text("b"), text("B"), "!= > >="),
            (text("9"), text("10"), "!= < <="),
            (float(2.5), int(2), "!= > >="),
            (Value::Time(5), int(5), "= <= >="),
            (Value::Time(5), text("5"), "= <= >="),
            (Value::Time(0), text("1970-01-01 00:00:00.000"), ""),
            (Value::Missing, int(1), ""),
            (int(1), Value::Missing, ""),
            (Value::Structure("[]".to_owned()), text("[]"), ""),
        ] {
            assert_eq!(holding(&left, &right), expected, "{left:?} {right:?}");
        }
    }

    #[test]
    fn membership() {
        let list = [int(80), text("ACCEPT")];
        for (value, inside, outside) in [
            (text("80"), true, false),
            (text("ACCEPT"), true, false),
            (text("ACC"), false, true),
            (Value::Missing, false, false),
        ] {
            assert_eq!(is_in(&value, &list, false), inside, "{value:?}");
            assert_eq!(is_in(&value, &list, true), outside, "{value:?}");
        }
    }
}
