//! One cell of a result, and how it prints (language spec 9.2).

use std::borrow::Cow;

use crate::number::Number;
use crate::time::format_timestamp;

/// A value of the language.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value; the cell is left out of the row.
    Missing,
    /// A number.
    Number(Number),
    /// 1 or 0.
    Boolean(bool),
    /// Milliseconds since the epoch.
    Time(i64),
    /// Text.
    Text(String),
    /// A map or list as JSON text.
    Structure(String),
    /// The distinct values of `values(f)`; prints comma-separated.
    List(Vec<String>),
}

impl Value {
    /// The printed form; `None` for a missing value.
    pub fn print(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Value::Missing => return None,
            Value::Number(number) => Cow::Owned(number.to_string()),
            Value::Boolean(flag) => Cow::Borrowed(if *flag { "1" } else { "0" }),
            Value::Time(millis) => Cow::Owned(format_timestamp(*millis)),
            Value::Text(text) | Value::Structure(text) => Cow::Borrowed(text),
            Value::List(items) => Cow::Owned(items.join(",")),
        })
    }

    /// Whether there is no value.
    pub fn is_missing(&self) -> bool {
        matches!(self, Value::Missing)
    }
}
