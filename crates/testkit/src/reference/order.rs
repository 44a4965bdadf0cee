//! The mixed order of `sort` (spec 5.7): missing values, then text in natural order, then numbers.

use std::cmp::Ordering;

use flowgauge_event::Value;

use super::convert::{number, scalar};

/// Total order of values, ascending. Maps and lists stand with the missing values.
pub(super) fn compare(left: &Value, right: &Value) -> Ordering {
    let (left, right) = (scalar(left.clone()), scalar(right.clone()));
    let (Some(left_text), Some(right_text)) = (left.print(), right.print()) else {
        return right.is_missing().cmp(&left.is_missing());
    };
    match (number(&left), number(&right)) {
        // `01` follows `0` and precedes `1`: equal numbers stand in the order of their text.
        (Some(a), Some(b)) => a.compare(b).then_with(|| left_text.cmp(&right_text)),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => natural(&left_text, &right_text),
    }
}

/// Orders text chunk by chunk: runs of digits by length, then by digits; other runs by code point.
pub(super) fn natural(left: &str, right: &str) -> Ordering {
    let (left, right) = (chunks(left), chunks(right));
    for (a, b) in left.iter().zip(&right) {
        let order = if is_digits(a) && is_digits(b) {
            a.len().cmp(&b.len()).then_with(|| a.cmp(b))
        } else {
            a.cmp(b)
        };
        if order.is_ne() {
            return order;
        }
    }
    left.len().cmp(&right.len())
}

fn is_digits(chunk: &str) -> bool {
    chunk.starts_with(|c: char| c.is_ascii_digit())
}

fn chunks(text: &str) -> Vec<&str> {
    let mut chunks = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest
            .find(|c: char| c.is_ascii_digit() != digits)
            .unwrap_or(rest.len());
        let (chunk, tail) = rest.split_at(end);
        chunks.push(chunk);
        rest = tail;
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::convert::{float, int};

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn ascending_order() {
        let mut ordered = vec![Value::Missing, text("")];
        ordered.extend(
            [
                "!:",
                "#",
                "*%04",
                "0#",
                "5A",
                "111A",
                "2345_",
                "@",
                "@_",
                "A",
                "A9876fghj",
                "a9",
                "a12",
                "a12345hfh",
                "-1.5",
                "0",
                "01",
                "1",
                "2",
                "2.5",
                "3",
                "10",
                "1e3",
            ]
            .map(text),
        );
        ordered.push(float(1000.5));
        ordered.push(int(1001));
        ordered.push(Value::Time(1_700_000_000_000));
        for (i, a) in ordered.iter().enumerate() {
            for (j, b) in ordered.iter().enumerate() {
                assert_eq!(compare(a, b), i.cmp(&j), "{a:?} {b:?}");
            }
        }
    }
}
