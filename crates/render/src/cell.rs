//! Single cells: text that is safe on a terminal, and values as JSON.

use std::borrow::Cow;
use std::io::{self, Write};

use flowgauge_event::{Number, Value};
use serde::de::IgnoredAny;

/// Text with its control characters made visible, so that a log line can neither break the layout
/// nor send commands to the terminal. Line feeds and tabs become `\n` and `\t`.
pub fn visible(text: &str) -> Cow<'_, str> {
    escape(text, is_unsafe, |character, out| {
        out.extend(character.escape_default());
    })
}

/// The same for text that may hold lines and tabs, which stay: CSV, a whole message. A carriage
/// return would let the rest of a line hide its beginning, unless it belongs to a line end.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") {
        let lines: Vec<_> = text.split("\r\n").map(harmless).collect();
        return Cow::Owned(lines.join("\r\n"));
    }
    let is_unsafe = |character| is_unsafe(character) && !matches!(character, '\n' | '\t');
    escape(text, is_unsafe, |character, out| {
        out.extend(character.escape_default());
    })
}

/// The same for JSON, as escapes that read back as what they stand for.
pub fn harmless_json(json: &str) -> Cow<'_, str> {
    let is_unsafe = |character| is_unsafe(character) && character != '\n';
    escape(json, is_unsafe, |character, out| {
        // None of them lies above the first plane.
        out.push_str(&format!("\\u{:04x}", u32::from(character)));
    })
}

fn escape(
    text: &str,
    is_unsafe: impl Fn(char) -> bool,
    write: impl Fn(char, &mut String),
) -> Cow<'_, str> {
    if !text.chars().any(&is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_unsafe(character) {
            write(character, &mut out);
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// Control characters, and the marks that turn the direction of writing around.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a cell reads as a number: computed numbers and booleans, and discovered text that is a
/// plain number.
pub fn is_numeric(value: &Value) -> bool {
    match value {
        Value::Number(_) | Value::Boolean(_) => true,
        Value::Text(text) => json_number(text),
        _ => false,
    }
}

/// The number in a cell, for charts: discovered text converts as in a comparison.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(number.as_f64()),
        Value::Boolean(flag) => Some(f64::from(u8::from(*flag))),
        Value::Text(text) => Number::parse(text).map(Number::as_f64),
        _ => None,
    }
}

/// Most digits of a number that readers with doubles tell apart from every other.
const DIGITS: usize = 17;

/// Whether text is a number of JSON's grammar that its readers understand as it stands: `443`,
/// `2.50` and `1e3`, but not `080`, `+7` or `.5`. Integers up to 64 bits count, whatever their
/// length, since most readers keep them; others with more than 17 digits and those that no double
/// can hold do not, because readers would change them.
fn json_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits = |part: &str| is_digits(part.strip_prefix(['+', '-']).unwrap_or(part));
    if !is_digits(whole)
        || whole.len() > 1 && whole.starts_with('0')
        || !fraction.is_none_or(is_digits)
        || !exponent.is_none_or(exponent_fits)
    {
        return false;
    }
    if fraction.is_none() && exponent.is_none() && text.parse::<i64>().is_ok() {
        return true;
    }
    let digits = || mantissa.bytes().filter(u8::is_ascii_digit);
    let is_zero = digits().all(|digit| digit == b'0');
    digits().skip_while(|&digit| digit == b'0').count() <= DIGITS
        && text
            .parse::<f64>()
            .is_ok_and(|value| value.is_finite() && (value != 0.0 || is_zero))
}

/// Writes a value as JSON: numbers as they print, booleans as 1 and 0, structures as the JSON they
/// are, lists as arrays, everything else as text. A missing value is `null`; rows leave it out.
pub fn write_json(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    match value {
        Value::Missing => out.write_all(b"null"),
        Value::Text(text) if json_number(text) => out.write_all(text.as_bytes()),
        Value::Text(text) => write_json_text(out, text),
        Value::Structure(text) if serde_json::from_str::<IgnoredAny>(text).is_ok() => {
            write_compact(out, text)
        }
        Value::Structure(text) => write_json_text(out, text),
        Value::List(items) => {
            out.write_all(b"[")?;
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.write_all(b",")?;
                }
                if json_number(item) {
                    out.write_all(item.as_bytes())?;
                } else {
                    write_json_text(out, item)?;
                }
            }
            out.write_all(b"]")
        }
        Value::Number(number) => write!(out, "{number}"),
        Value::Boolean(flag) => out.write_all(if *flag { b"1" } else { b"0" }),
        Value::Time(millis) => write_json_text(out, &flowgauge_event::format_timestamp(*millis)),
    }
}

/// Writes text as a JSON string.
pub fn write_json_text(out: &mut dyn Write, text: &str) -> io::Result<()> {
    serde_json::to_writer(out, text).map_err(io::Error::from)
}

/// Writes valid JSON text without the white space between its tokens. Digits stay as they are, so
/// no number loses precision, and a row stays on one line.
fn write_compact(out: &mut dyn Write, json: &str) -> io::Result<()> {
    let bytes = json.as_bytes();
    let mut in_string = false;
    let mut escaped = false;
    let mut start = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
        } else if byte == b'"' {
            in_string = true;
        } else if byte.is_ascii_whitespace() {
            out.write_all(&bytes[start..index])?;
            start = index + 1;
        }
    }
    out.write_all(&bytes[start..])
}

/// Writes a row as a JSON object, columns in order, missing cells left out. On a terminal it is
/// [`harmless_json`].
pub fn write_json_row(
    out: &mut dyn Write,
    names: &[String],
    row: &[Value],
    terminal: bool,
) -> io::Result<()> {
    if !terminal {
        return write_members(out, names, row);
    }
    let mut json = Vec::new();
    write_members(&mut json, names, row)?;
    out.write_all(harmless_json(&String::from_utf8_lossy(&json)).as_bytes())
}

fn write_members(out: &mut dyn Write, names: &[String], row: &[Value]) -> io::Result<()> {
    out.write_all(b"{")?;
    let mut first = true;
    for (name, value) in names.iter().zip(row) {
        if value.is_missing() {
            continue;
        }
        if !first {
            out.write_all(b",")?;
        }
        first = false;
        write_json_text(out, name)?;
        out.write_all(b":")?;
        write_json(out, value)?;
    }
    out.write_all(b"}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: Value) -> String {
        let mut out = Vec::new();
        write_json(&mut out, &value).expect("memory takes every write");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn text_is_a_json_number_when_readers_understand_it_as_it_stands() {
        for text in [
            "443",
            "0",
            "-5",
            "0.25",
            "9223372036854775807",
            "-12.5",
            "12.50",
            "1.0",
            "1e3",
            "1E-5",
            "6.02e+23",
            "-0",
            "0.00",
            "0e999",
            "0.00000000000000000012345678901234567",
        ] {
            assert_eq!(json(Value::Text(text.into())), text);
            assert!(serde_json::from_str::<f64>(text).is_ok(), "{text}");
        }
        for text in [
            "080",
            "00",
            "-",
            "-01",
            "+7",
            ".5",
            "5.",
            "1.e3",
            "1e",
            "1e+",
            "1e2e3",
            "1.2.3",
            "e3",
            "1e400",
            "1e-400",
            "",
            "0x10",
            "NaN",
            "inf",
            "1 ",
            "9223372036854775808",
            "12345678901234567890.5",
            "1.23456789012345678",
        ] {
            assert_eq!(json(Value::Text(text.into())), format!("\"{text}\""));
        }
    }

    #[test]
    fn values_as_json() {
        for (value, expected) in [
            (Value::Missing, "null"),
            (Value::Number(Number::Int(-3)), "-3"),
            (Value::Number(Number::Float(27.65656)), "27.6566"),
            (Value::Number(Number::Float(1e21)), "1000000000000000000000"),
            (Value::Boolean(true), "1"),
            (Value::Boolean(false), "0"),
            (Value::Time(0), "\"1970-01-01 00:00:00.000\""),
            (Value::Text("a\"b\n".into()), r#""a\"b\n""#),
            (
                Value::Structure("{ \"a b\": [1.50,\n \" \\\" x\"] }".into()),
                r#"{"a b":[1.50," \" x"]}"#,
            ),
            (Value::Structure("{cut".into()), "\"{cut\""),
            (
                Value::List(vec!["a".into(), "7".into(), "07".into()]),
                r#"["a",7,"07"]"#,
            ),
            (Value::List(vec![]), "[]"),
        ] {
            assert_eq!(json(value), expected);
        }
    }

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(visible("plain ünïcode ✓"), "plain ünïcode ✓");
        assert_eq!(visible("a\tb\nc"), "a\\tb\\nc");
        assert_eq!(visible("\u{1b}[31mred"), "\\u{1b}[31mred");
        assert_eq!(visible("x\u{202e}y"), "x\\u{202e}y");
    }

    #[test]
    fn lines_and_tabs_are_harmless() {
        for (text, expected) in [
            ("plain ✓\ta\nb\r\nc\r\n", "plain ✓\ta\nb\r\nc\r\n"),
            ("good\rbad", "good\\rbad"),
            ("\u{1b}]0;x\u{7}", "\\u{1b}]0;x\\u{7}"),
            ("\u{9b}31m\u{7f}", "\\u{9b}31m\\u{7f}"),
        ] {
            assert_eq!(harmless(text), expected);
        }
        let json = harmless_json("{\"a\":\"\u{9b}31m\u{202e}\u{7f}é\"}\n");
        assert_eq!(json, "{\"a\":\"\\u009b31m\\u202e\\u007fé\"}\n");
        let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(read["a"], "\u{9b}31m\u{202e}\u{7f}é");
    }
}
