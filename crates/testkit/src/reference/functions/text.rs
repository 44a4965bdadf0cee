//! String functions (spec 7.6). Characters are Unicode code points.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flowgauge_event::Value;

use super::{Answer, Arguments};
use crate::reference::convert::{int, truth};
use crate::reference::json;

pub(super) fn call(name: &str, args: &Arguments<'_, '_>) -> Answer {
    let first = args.value(0)?;
    match name {
        "isempty" => return Ok(Some(blank(&first, str::is_empty))),
        "isblank" => return Ok(Some(blank(&first, |text| text.trim().is_empty()))),
        "concat" => {
            let mut joined = String::new();
            for index in 0..args.len() {
                joined.push_str(&args.text(index)?.unwrap_or_default());
            }
            return Ok(Some(Value::Text(joined)));
        }
        _ => {}
    }
    let operation: fn(&str, &Arguments<'_, '_>) -> Result<Option<Value>, String> = match name {
        "ltrim" => |s, args| trim(s, args, true, false),
        "rtrim" => |s, args| trim(s, args, false, true),
        "trim" => |s, args| trim(s, args, true, true),
        "strlen" => |s, _| Ok(Some(int(s.chars().count() as i64))),
        "toupper" => |s, _| Ok(Some(Value::Text(s.to_uppercase()))),
        "tolower" => |s, _| Ok(Some(Value::Text(s.to_lowercase()))),
        "substr" => substr,
        "replace" => |s, args| {
            let (Some(find), Some(replacement)) = (args.text(1)?, args.text(2)?) else {
                return Ok(None);
            };
            Ok(Some(Value::Text(if find.is_empty() {
                s.to_owned()
            } else {
                s.replace(&find, &replacement)
            })))
        },
        "regexReplace" => regex_replace,
        "strcontains" => |s, args| {
            let Some(find) = args.text(1)? else {
                return Ok(None);
            };
            Ok(Some(Value::Boolean(if truth(&args.value(2)?) {
                s.to_lowercase().contains(&find.to_lowercase())
            } else {
                s.contains(&find)
            })))
        },
        "startsWith" => |s, args| {
            Ok(args
                .text(1)?
                .map(|prefix| Value::Boolean(s.starts_with(&prefix))))
        },
        "endsWith" => |s, args| {
            Ok(args
                .text(1)?
                .map(|suffix| Value::Boolean(s.ends_with(&suffix))))
        },
        "urlencode" => |s, _| Ok(Some(Value::Text(url_encode(s)))),
        "urldecode" => |s, _| Ok(url_decode(s).map(Value::Text)),
        "base64encode" => |s, _| Ok(Some(Value::Text(STANDARD.encode(s)))),
        "base64decode" => |s, _| {
            let bytes = STANDARD.decode(s).ok();
            Ok(bytes.and_then(utf8))
        },
        "split" => |s, args| {
            Ok(args.text(1)?.map(|delimiter| {
                Value::Structure(if delimiter.is_empty() {
                    json::string_array([s])
                } else {
                    json::string_array(s.split(&delimiter))
                })
            }))
        },
        "hexToAscii" => |s, _| Ok(hex_bytes(s).and_then(utf8)),
        "hexToDec" => |s, _| Ok(hex_to_dec(s).map(int)),
        "decToHex" => |_, args| {
            Ok(args.integer(0)?.map(|n| {
                let sign = if n < 0 { "-" } else { "" };
                Value::Text(format!("{sign}0x{:x}", n.unsigned_abs()))
            }))
        },
        _ => return Ok(None),
    };
    let Some(text) = crate::reference::convert::text(&first) else {
        return Ok(Some(Value::Missing));
    };
    Ok(Some(operation(&text, args)?.unwrap_or(Value::Missing)))
}

fn blank(value: &Value, test: fn(&str) -> bool) -> Value {
    match value {
        Value::Missing => Value::Boolean(true),
        Value::Structure(_) | Value::List(_) => Value::Missing,
        other => Value::Boolean(other.print().is_none_or(|text| test(&text))),
    }
}

fn trim(
    s: &str,
    args: &Arguments<'_, '_>,
    start: bool,
    end: bool,
) -> Result<Option<Value>, String> {
    let set = match (args.len(), args.text(1)?) {
        (1, _) => None,
        (_, Some(set)) => Some(set),
        (_, None) => return Ok(None),
    };
    let unwanted = |c: char| match &set {
        Some(set) => set.contains(c),
        None => c.is_whitespace(),
    };
    let s = if start {
        s.trim_start_matches(unwanted)
    } else {
        s
    };
    let s = if end { s.trim_end_matches(unwanted) } else { s };
    Ok(Some(Value::Text(s.to_owned())))
}

fn substr(s: &str, args: &Arguments<'_, '_>) -> Result<Option<Value>, String> {
    let Some(start) = args.integer(1)? else {
        return Ok(None);
    };
    let length = match (args.len(), args.integer(2)?) {
        (2, _) => i64::MAX,
        (_, Some(length)) => length,
        (_, None) => return Ok(None),
    };
    // Negative numbers count as 0, and no text has 2^63 characters.
    let count = |n: i64| usize::try_from(n.max(0)).unwrap_or(usize::MAX);
    Ok(Some(Value::Text(
        s.chars().skip(count(start)).take(count(length)).collect(),
    )))
}

fn regex_replace(s: &str, args: &Arguments<'_, '_>) -> Result<Option<Value>, String> {
    let regex = args.regex(1)?;
    let Some(replacement) = args.text(2)? else {
        return Ok(None);
    };
    let replaced = regex.replace_all(s, |captures: &regex::Captures<'_>| {
        let mut out = String::new();
        let mut chars = replacement.chars().peekable();
        while let Some(c) = chars.next() {
            let group = match c {
                '\\' | '$' => chars.peek().and_then(|digit| digit.to_digit(10)),
                _ => None,
            };
            match group {
                Some(group) => {
                    chars.next();
                    if let Some(found) = captures.get(group as usize) {
                        out.push_str(found.as_str());
                    }
                }
                None => out.push(c),
            }
        }
        out
    });
    Ok(Some(Value::Text(replaced.into_owned())))
}

fn url_encode(s: &str) -> String {
    s.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn url_decode(s: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = s.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (digits, tail) = rest.split_at_checked(2)?;
        bytes.extend(hex_bytes(std::str::from_utf8(digits).ok()?)?);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}

fn hex_bytes(s: &str) -> Option<Vec<u8>> {
    if !s.len().is_multiple_of(2) {
        return None;
    }
    s.as_bytes()
        .chunks(2)
        .map(|pair| {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        })
        .collect()
}

fn hex_to_dec(s: &str) -> Option<i64> {
    let (negative, digits) = match s.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, s),
    };
    let digits = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"))
        .unwrap_or(digits);
    // The library would take a sign of its own.
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    let value = i128::from_str_radix(digits, 16).ok()?;
    i64::try_from(if negative { -value } else { value }).ok()
}

fn utf8(bytes: Vec<u8>) -> Option<Value> {
    String::from_utf8(bytes).ok().map(Value::Text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::functions::tests::{check, printed, text};

    #[test]
    fn results() {
        check(&[
            ("isempty", &[" "], Some("0")),
            ("isblank", &[" \t"], Some("1")),
            ("ltrim", &["xxabcx", "x"], Some("abcx")),
            ("ltrim", &["  a "], Some("a ")),
            ("ltrim", &[" xa", "x"], Some(" xa")),
            ("rtrim", &["xyZfooxyxyZ", "xyZ"], Some("xyZfoo")),
            ("trim", &["xyZxyfooxyxyZ", "xyZ"], Some("foo")),
            ("strlen", &["aé𝄞"], Some("3")),
            ("toupper", &["straße"], Some("STRASSE")),
            ("substr", &["abcdef", "2", "3"], Some("cde")),
            ("substr", &["abcdef", "2"], Some("cdef")),
            ("substr", &["abc", "9"], Some("")),
            ("substr", &["abc", "-2"], Some("abc")),
            ("substr", &["abc", "0", "-1"], Some("")),
            ("replace", &["a.b.c", ".", "-"], Some("a-b-c")),
            ("replace", &["abc", "", "-"], Some("abc")),
            ("regexReplace", &["k=v", "(k)=(v)", r"$2=\1"], Some("v=k")),
            (
                "regexReplace",
                &["a1b22", "[0-9]+", r"<\0>$"],
                Some("a<1>$b<22>$"),
            ),
            ("strcontains", &["GET /", "get"], Some("0")),
            ("strcontains", &["GET /", "get", "1"], Some("1")),
            ("startsWith", &["eni-1", "eni-"], Some("1")),
            ("endsWith", &["a.LOG", ".log"], Some("0")),
            ("urlencode", &["a b/é~"], Some("a%20b%2F%C3%A9~")),
            ("urldecode", &["my%2Dapp+%c3%a9"], Some("my-app+é")),
            ("urldecode", &["100%"], None),
            ("urldecode", &["%+1"], None),
            ("urldecode", &["%ff"], None),
            ("base64encode", &["a"], Some("YQ==")),
            ("base64decode", &["YWJj"], Some("abc")),
            ("base64decode", &["/w=="], None),
            ("split", &["a,b,,c", ","], Some(r#"["a","b","","c"]"#)),
            ("split", &["a", ""], Some(r#"["a"]"#)),
            ("hexToAscii", &["48656c6C6f"], Some("Hello")),
            ("hexToAscii", &["4"], None),
            ("hexToAscii", &["+4"], None),
            ("hexToDec", &["0xff"], Some("255")),
            ("hexToDec", &["-0xFF"], Some("-255")),
            ("hexToDec", &["--1"], None),
            ("hexToDec", &["8000000000000000"], None),
            ("decToHex", &["-255.9"], Some("-0xff")),
            ("decToHex", &["x"], None),
        ]);
    }

    #[test]
    fn missing_values_and_structures() {
        let list = Value::Structure("[]".to_owned());
        for (name, args, expected) in [
            ("isempty", vec![Value::Missing], Some("1")),
            ("isblank", vec![Value::Missing], Some("1")),
            ("isempty", vec![list.clone()], None),
            (
                "concat",
                vec![text("a"), Value::Missing, list.clone(), int(1)],
                Some("a1"),
            ),
            ("toupper", vec![Value::Missing], None),
            ("toupper", vec![list], None),
            ("strlen", vec![int(1234)], Some("4")),
            ("replace", vec![text("a"), Value::Missing, text("b")], None),
            ("trim", vec![text("a"), Value::Missing], None),
        ] {
            assert_eq!(printed(name, &args).as_deref(), expected, "{name}");
        }
    }
}
