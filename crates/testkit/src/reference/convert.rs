//! Conversions on demand (spec 4.2) and truth (spec 4.4).

use flowgauge_event::{Number, Value};

/// The value as a number, where it is one: booleans are 1 and 0, times are milliseconds, text
/// converts when all of it is a number.
pub(super) fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Boolean(flag) => Some(Number::Int(i64::from(*flag))),
        Value::Time(millis) => Some(Number::Int(*millis)),
        Value::Text(text) => Number::parse(text),
        Value::Missing | Value::Structure(_) | Value::List(_) => None,
    }
}

/// The value as text for string functions; maps and lists have none.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Structure(_) | Value::List(_) => None,
        other => other.print().map(|text| text.into_owned()),
    }
}

/// The value as a whole number, its fraction cut.
pub(super) fn integer(value: &Value) -> Option<i64> {
    number(value)?.truncate()
}

/// The value as a time in milliseconds.
pub(super) fn millis(value: &Value) -> Option<i64> {
    integer(value)
}

/// Whether a condition with this value holds.
pub(super) fn truth(value: &Value) -> bool {
    match value {
        Value::Missing => false,
        Value::Structure(_) | Value::List(_) => true,
        Value::Text(text) if text.is_empty() || text == "false" => false,
        other => number(other) != Some(Number::Int(0)),
    }
}

/// A float as a value; NaN and infinities are missing.
pub(super) fn float(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Missing, Value::Number)
}

/// An integer as a value.
pub(super) fn int(value: i64) -> Value {
    Value::Number(Number::Int(value))
}

/// Maps and lists become missing: `sort`, `dedup` and `stats` do not take them (spec 4.1).
pub(super) fn scalar(value: Value) -> Value {
    match value {
        Value::Structure(_) | Value::List(_) => Value::Missing,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_of_every_kind() {
        let text = |text: &str| Value::Text(text.to_owned());
        for (value, expected) in [
            (Value::Missing, false),
            (int(0), false),
            (float(0.0), false),
            (float(0.1), true),
            (Value::Boolean(false), false),
            (Value::Boolean(true), true),
            (text(""), false),
            (text("0"), false),
            (text("0.0"), false),
            (text("false"), false),
            (text("False"), true),
            (text("-"), true),
            (Value::Structure("[]".to_owned()), true),
        ] {
            assert_eq!(truth(&value), expected, "{value:?}");
        }
    }
}
