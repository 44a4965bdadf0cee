//! JSON strings: from their escaped form and back.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text that the inside of a JSON string (without its quotes) stands for. A lone surrogate
/// reads as U+FFFD, and a backslash that begins no escape stays.
pub fn unescape(inside: &str) -> Cow<'_, str> {
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    let mut out = String::with_capacity(inside.len());
    unescape_into(inside, &mut out);
    Cow::Owned(out)
}

/// [`unescape`], appended to `out`.
pub fn unescape_into(inside: &str, out: &mut String) {
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at..];
        let (character, length) = match escape.as_bytes().get(1) {
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(b'n') => ('\n', 2),
            Some(b'r') => ('\r', 2),
            Some(b't') => ('\t', 2),
            Some(b'"') => ('"', 2),
            Some(b'/') => ('/', 2),
            Some(b'\\') => ('\\', 2),
            Some(b'u') => unicode_escape(escape),
            _ => ('\\', 1),
        };
        out.push(character);
        rest = &escape[length..];
    }
    out.push_str(rest);
}

/// The character and the length of `\uXXXX` or of a surrogate pair.
fn unicode_escape(text: &str) -> (char, usize) {
    let Some(first) = code_unit(text) else {
        return ('\\', 1);
    };
    if !(0xD800..0xDC00).contains(&first) {
        return (
            char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
            6,
        );
    }
    match text.get(6..).and_then(code_unit) {
        Some(second) if (0xDC00..0xE000).contains(&second) => {
            let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            (
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                12,
            )
        }
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}

fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    // `from_str_radix` would take a sign.
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

/// The text as a JSON string, quotes included.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    escape_into(text, &mut out);
    out
}

/// [`escape`], appended to `out`.
pub fn escape_into(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..=0x1f => "",
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        if short.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{byte:04x}");
        } else {
            out.push_str(short);
        }
        plain = at + 1;
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape() {
        for (inside, text) in [
            ("plain é", "plain é"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u00e9\u20AC", "é€"),
            (r"\ud834\udd1e!", "𝄞!"),
            (r"\ud834x", "\u{fffd}x"),
            (r"\ud834\u0041", "\u{fffd}A"),
            (r"\udd1e", "\u{fffd}"),
            (r"\q\", "\\q\\"),
            (r"\u12", "\\u12"),
            (r"\u+123", "\\u+123"),
            (r"\u12é", "\\u12é"),
        ] {
            assert_eq!(unescape(inside), text, "{inside}");
        }
    }

    #[test]
    fn escaping_matches_serde_json() {
        for text in ["", "a\"b\\c/", "\u{0}\u{1f}\u{7f}\n\r\t\u{8}\u{c}", "é𝄞"] {
            assert_eq!(
                Ok(escape(text)),
                serde_json::to_string(text).map_err(|e| e.to_string())
            );
        }
    }
}
