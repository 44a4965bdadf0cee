//! The text of JSON strings.

use std::borrow::Cow;

/// Replaces the escapes of a checked string. Half of a surrogate pair becomes U+FFFD.
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    let Some(first) = raw.find('\\') else {
        return Cow::Borrowed(raw);
    };
    let mut out = String::with_capacity(raw.len());
    out.push_str(&raw[..first]);
    let mut rest = &raw[first..];
    while let Some(c) = rest.chars().next() {
        if c != '\\' {
            let run = rest.find('\\').unwrap_or(rest.len());
            out.push_str(&rest[..run]);
            rest = &rest[run..];
            continue;
        }
        let letter = rest.as_bytes().get(1).copied().unwrap_or(b'\\');
        rest = rest.get(2..).unwrap_or("");
        out.push(match letter {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let (unit, after) = code_unit(rest);
                rest = after;
                join_surrogates(unit, &mut rest)
            }
            itself => char::from(itself),
        });
    }
    Cow::Owned(out)
}

/// The four hexadecimal digits in front, and what follows them.
fn code_unit(text: &str) -> (u32, &str) {
    let (digits, rest) = text.split_at_checked(4).unwrap_or((text, ""));
    let unit = u32::from_str_radix(digits, 16).unwrap_or(u32::from(char::REPLACEMENT_CHARACTER));
    (unit, rest)
}

fn join_surrogates(unit: u32, rest: &mut &str) -> char {
    if (0xD800..0xDC00).contains(&unit)
        && let Some(after) = rest.strip_prefix("\\u")
    {
        let (low, after) = code_unit(after);
        if (0xDC00..0xE000).contains(&low) {
            *rest = after;
            let code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        }
    }
    char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::super::Json;

    #[test]
    fn strings_lose_their_escapes() {
        for (text, expected) in [
            (r#""a\"b\\c\/""#, "a\"b\\c/"),
            (r#""\b\f\n\r\t""#, "\u{8}\u{c}\n\r\t"),
            (r#""\u00e9é\ud83d\ude00!""#, "éé😀!"),
            (r#""\ud83dx""#, "\u{fffd}x"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
            (r#""\ude00""#, "\u{fffd}"),
        ] {
            let value = Json::document(text).expect(text);
            assert_eq!(value.text().expect(text), expected, "{text}");
        }
    }
}
