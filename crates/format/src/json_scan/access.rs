//! Single questions to a JSON text: one path, the elements of an array, the members of an object.
//!
//! For `jsonParse` access, `jsonArraySize`, `unnest` and `expand`. Every function answers `None`
//! for text that is no JSON from end to end.

use std::borrow::Cow;

use super::text::unescape;
use super::{Cursor, Kind, Malformed, Span};

/// One step of an access path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'p> {
    /// `.key`
    Key(&'p str),
    /// `[index]`, counted from 0.
    Index(usize),
}

/// A value inside a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonValue<'t> {
    /// What it is.
    pub kind: Kind,
    /// Its text; for strings the inside of the quotes, still escaped.
    pub text: &'t str,
}

impl<'t> JsonValue<'t> {
    pub(crate) fn new(text: &'t str, span: Span) -> JsonValue<'t> {
        JsonValue {
            kind: span.kind,
            text: span.of(text),
        }
    }

    /// The value as a discovered field prints it: strings unescaped, booleans as `1` and `0`,
    /// containers as JSON text; `None` for `null` (spec 8.4).
    pub fn field_text(&self) -> Option<Cow<'t, str>> {
        Some(match self.kind {
            Kind::Null => return None,
            Kind::True => Cow::Borrowed("1"),
            Kind::False => Cow::Borrowed("0"),
            Kind::String { escaped: true } => unescape(self.text),
            _ => Cow::Borrowed(self.text),
        })
    }

    /// The value as JSON text.
    pub fn json_text(&self) -> Cow<'t, str> {
        match self.kind {
            Kind::String { .. } => Cow::Owned(format!("\"{}\"", self.text)),
            _ => Cow::Borrowed(self.text),
        }
    }
}

/// The whole text as one value.
pub fn root(text: &str) -> Option<JsonValue<'_>> {
    let mut cursor = Cursor::new(text, 0);
    let span = cursor.value(0).ok()?;
    cursor.at_end().then(|| JsonValue::new(text, span))
}

/// Whether the text is a JSON object.
pub fn is_object(text: &str) -> bool {
    starts_with(text, b'{') && root(text).is_some()
}

/// Whether the text is a JSON array.
pub fn is_array(text: &str) -> bool {
    starts_with(text, b'[') && root(text).is_some()
}

/// The value that the steps lead to; among equal keys the last one counts.
pub fn get<'t>(text: &'t str, path: &[Step<'_>]) -> Option<JsonValue<'t>> {
    let mut value = root(text)?;
    for step in path {
        let mut found = None;
        match (step, value.kind) {
            (Step::Key(wanted), Kind::Object) => each_member(value.text, |key, member| {
                if key_is(value.text, key, wanted) {
                    found = Some(member);
                }
            }),
            (Step::Index(wanted), Kind::Array) => {
                let mut index = 0;
                each_element(value.text, |element| {
                    if index == *wanted {
                        found = Some(element);
                    }
                    index += 1;
                })
            }
            _ => return None,
        }
        .ok()?;
        value = JsonValue::new(value.text, found?);
    }
    Some(value)
}

/// The elements of a JSON array, in order.
pub fn elements(text: &str) -> Option<Vec<JsonValue<'_>>> {
    if !starts_with(text, b'[') {
        return None;
    }
    let mut values = Vec::new();
    each_element(text, |span| values.push(JsonValue::new(text, span))).ok()?;
    Some(values)
}

/// Number of elements of a JSON array.
pub fn array_size(text: &str) -> Option<usize> {
    if !starts_with(text, b'[') {
        return None;
    }
    let mut size = 0;
    each_element(text, |_| size += 1).ok()?;
    Some(size)
}

/// The members of a JSON object, in order and with unescaped keys; equal keys all appear.
pub fn entries(text: &str) -> Option<Vec<(Cow<'_, str>, JsonValue<'_>)>> {
    if !starts_with(text, b'{') {
        return None;
    }
    let mut members = Vec::new();
    each_member(text, |key, value| {
        members.push((unescape(key.of(text)), JsonValue::new(text, value)));
    })
    .ok()?;
    Some(members)
}

fn starts_with(text: &str, byte: u8) -> bool {
    Cursor::new(text, 0).next_token() == Some(byte)
}

fn key_is(text: &str, key: Span, wanted: &str) -> bool {
    match key.kind {
        Kind::String { escaped: true } => unescape(key.of(text)) == wanted,
        _ => key.of(text) == wanted,
    }
}

/// Calls `each` for the elements of the array that `text` is; errors come after the calls made.
fn each_element(text: &str, mut each: impl FnMut(Span)) -> Result<(), Malformed> {
    let mut cursor = Cursor::new(text, 0);
    cursor.expect(b'[')?;
    if cursor.next_token() == Some(b']') {
        cursor.pos += 1;
    } else {
        loop {
            each(cursor.value(1)?);
            match cursor.next_token() {
                Some(b',') => cursor.pos += 1,
                _ => break,
            }
        }
        cursor.expect(b']')?;
    }
    if cursor.at_end() {
        Ok(())
    } else {
        Err(cursor.malformed())
    }
}

/// Calls `each` for the members of the object that `text` is; errors come after the calls made.
fn each_member(text: &str, mut each: impl FnMut(Span, Span)) -> Result<(), Malformed> {
    let mut cursor = Cursor::new(text, 0);
    cursor.expect(b'{')?;
    if cursor.next_token() == Some(b'}') {
        cursor.pos += 1;
    } else {
        loop {
            let key = cursor.key()?;
            each(key, cursor.value(1)?);
            match cursor.next_token() {
                Some(b',') => cursor.pos += 1,
                _ => break,
            }
        }
        cursor.expect(b'}')?;
    }
    if cursor.at_end() {
        Ok(())
    } else {
        Err(cursor.malformed())
    }
}

#[cfg(test)]
mod tests {
    use super::Step::{Index, Key};
    use super::*;

    #[test]
    fn paths() {
        let text = r#" {"a":[1,{"b":"x\ny"}],"a.b":true,"k\u0065y":null,"d":1,"d":2,"s":"[1]"} "#;
        for (path, expected) in [
            (&[Key("a"), Index(0)][..], Some("1")),
            (&[Key("a"), Index(1), Key("b")], Some("x\ny")),
            (&[Key("a"), Index(2)], None),
            (&[Key("a"), Key("b")], None),
            (&[Key("a.b")], Some("1")),
            (&[Key("key")], None),
            (&[Key("d")], Some("2")),
            (&[Key("s"), Index(0)], None),
            (&[Key("a")], Some(r#"[1,{"b":"x\ny"}]"#)),
        ] {
            let value = get(text, path).and_then(|value| value.field_text());
            assert_eq!(value.as_deref(), expected, "{path:?}");
        }
        assert_eq!(get(text, &[Key("key")]).map(|v| v.kind), Some(Kind::Null));
        assert_eq!(get("{\"a\":1", &[Key("a")]), None);
    }

    #[test]
    fn arrays_and_objects() {
        for (text, size) in [
            ("[]", Some(0)),
            (" [ 1 , [2,3], \"],\" ] ", Some(3)),
            ("[1,]", None),
            ("[1 2]", None),
            ("[1]x", None),
            ("{}", None),
            ("", None),
            ("1", None),
        ] {
            assert_eq!(array_size(text), size, "{text}");
            assert_eq!(elements(text).map(|e| e.len()), size, "{text}");
            assert_eq!(is_array(text), size.is_some(), "{text}");
        }
        let members = entries(r#"{"a":1,"b\"":"x","a":[]}"#).unwrap_or_default();
        let members: Vec<_> = members
            .iter()
            .map(|(key, value)| format!("{key}={}", value.json_text()))
            .collect();
        assert_eq!(members, ["a=1", "b\"=\"x\"", "a=[]"]);
        assert!(is_object("{}") && !is_object("{\"a\"}") && !is_object("[]"));
    }
}
