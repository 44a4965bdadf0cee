//! A read-only view of a JSON message: checked once, then walked in place.
//!
//! Nothing is built: a value is a slice of the message, so a number keeps the spelling that some
//! comparisons need, and a message costs no allocation unless a text with escapes is read.

mod check;
mod unescape;

use std::borrow::Cow;
use std::collections::HashMap;

use check::check;
use unescape::unescape;

/// A value of a checked document.
#[derive(Debug, Clone, Copy)]
pub(super) enum Json<'a> {
    /// The text after the opening brace.
    Object(&'a str),
    /// The text after the opening bracket.
    Array(&'a str),
    /// The text between the quotes, escapes as written.
    String(&'a str),
    /// The number as written.
    Number(&'a str),
    True,
    False,
    Null,
}

impl<'a> Json<'a> {
    /// The value of a text that is one whole JSON document (RFC 8259), blanks around it allowed.
    pub(super) fn document(text: &'a str) -> Option<Json<'a>> {
        check(text.as_bytes())?;
        Some(value_at(text, skip_blanks(text.as_bytes(), 0)).0)
    }

    /// The member of an object; the last one if the key is there twice.
    pub(super) fn member(self, key: &str) -> Option<Json<'a>> {
        self.members()
            .filter(|(raw, _)| *raw == key || (raw.contains('\\') && unescape(raw) == key))
            .last()
            .map(|(_, value)| value)
    }

    /// The values of an object's members, once for each key.
    pub(super) fn member_values(self) -> Vec<Json<'a>> {
        let members: Vec<_> = self.members().collect();
        let mut last = HashMap::with_capacity(members.len());
        for (index, (raw, _)) in members.iter().enumerate() {
            last.insert(unescape(raw), index);
        }
        let mut kept: Vec<usize> = last.into_values().collect();
        kept.sort_unstable();
        kept.into_iter().map(|index| members[index].1).collect()
    }

    /// The elements of an array; none for anything else.
    pub(super) fn elements(self) -> impl Iterator<Item = Json<'a>> {
        let text = match self {
            Json::Array(text) => text,
            _ => "",
        };
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = next_entry(text, at)?;
            let (value, end) = value_at(text, start);
            at = end;
            Some(value)
        })
    }

    /// Raw keys and values of an object, in document order; none for anything else.
    fn members(self) -> impl Iterator<Item = (&'a str, Json<'a>)> {
        let text = match self {
            Json::Object(text) => text,
            _ => "",
        };
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = next_entry(text, at)? + 1;
            let close = string_end(text.as_bytes(), start);
            let colon = skip_blanks(text.as_bytes(), close + 1);
            let (value, end) = value_at(text, skip_blanks(text.as_bytes(), colon + 1));
            at = end;
            Some((&text[start..close], value))
        })
    }

    /// The text of a scalar: a string without its escapes, anything else as written.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Json::Object(_) | Json::Array(_) => None,
            Json::String(raw) => Some(unescape(raw)),
            Json::Number(text) => Some(Cow::Borrowed(text)),
            Json::True => Some(Cow::Borrowed("true")),
            Json::False => Some(Cow::Borrowed("false")),
            Json::Null => Some(Cow::Borrowed("null")),
        }
    }
}

// Walking. The text has been checked, so that only structure has to be told apart here.

/// Where the next member or element begins at or after `at`, unless the container ends there.
fn next_entry(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = skip_blanks(bytes, at);
    if bytes.get(at) == Some(&b',') {
        at = skip_blanks(bytes, at + 1);
    }
    match bytes.get(at) {
        None | Some(b'}' | b']') => None,
        Some(_) => Some(at),
    }
}

/// The value that begins at `at`, and where it ends.
fn value_at(text: &str, at: usize) -> (Json<'_>, usize) {
    let bytes = text.as_bytes();
    match bytes.get(at) {
        Some(b'"') => {
            let end = string_end(bytes, at + 1);
            (Json::String(&text[at + 1..end]), end + 1)
        }
        Some(open @ (b'{' | b'[')) => {
            let end = container_end(bytes, at);
            let inside = &text[at + 1..end];
            let value = if *open == b'{' {
                Json::Object(inside)
            } else {
                Json::Array(inside)
            };
            (value, end)
        }
        Some(b't') => (Json::True, at + 4),
        Some(b'f') => (Json::False, at + 5),
        Some(b'n') => (Json::Null, at + 4),
        _ => {
            let length = bytes[at..]
                .iter()
                .position(|b| matches!(b, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r'))
                .unwrap_or(bytes.len() - at);
            (Json::Number(&text[at..at + length]), at + length)
        }
    }
}

/// Where the closing quote of a string stands whose text begins at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// One past the closing bracket of a container that opens at `at`.
fn container_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at + 1),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn walks_members_and_elements() {
        let text = r#" { "a" : 1 , "n" : { "}" : "]\"" , "b":[ [2] , {"x":3}, "y" ] } , "\u0061": 4.50 } "#;
        let root = Json::document(text).expect("a document");
        let print = |value: Json<'_>| value.text().map(|text| text.into_owned());
        // A later key wins, also when it is spelled with an escape.
        assert_eq!(root.member("a").and_then(print).as_deref(), Some("4.50"));
        let nested = root.member("n").expect("n");
        assert_eq!(nested.member("}").and_then(print).as_deref(), Some("]\""));
        let list = nested.member("b").expect("b");
        let texts: Vec<_> = list.elements().map(print).collect();
        assert_eq!(texts, [None, None, Some("y".to_owned())]);
        assert_eq!(root.member_values().len(), 2);
        assert!(list.member("x").is_none() && nested.elements().next().is_none());
    }
}
