//! Regular expressions between percent signs (spec 4.3): a small documented alphabet without
//! groups, searched for anywhere in the text.
//!
//! The engine is the crate's own ([`crate::regexes`]): linear time, ASCII classes, and `.` is one
//! character other than a line feed.

use regex::Regex;

use super::cursor::{Cursor, invalid_term};
use crate::Diagnostic;
use crate::regexes;
use crate::span::Span;

/// Reads `%...%`. The cursor stands on the first percent sign.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Regex, Diagnostic> {
    let start = cursor.position();
    cursor.bump();
    let inside = cursor.position();
    let body = loop {
        match cursor.bump() {
            Some('\\') => {
                cursor.bump();
            }
            Some('%') => {
                let body = cursor.since(inside);
                break &body[..body.len() - 1];
            }
            Some(_) => {}
            None => {
                let help =
                    "close the regular expression with `%`; a `%` inside it is written `\\%`";
                return Err(invalid_term(
                    cursor.span_since(start),
                    cursor.since(start),
                    help,
                ));
            }
        }
    };
    let whole = cursor.span_since(start);
    let error = |span: Span, help: String| invalid_term(span, cursor.since(start), help);
    if body.is_empty() {
        let help = "write a regular expression between the percent signs".to_owned();
        return Err(error(whole, help));
    }
    let translated = translate(body).map_err(|flaw| {
        let (from, to) = (inside + flaw.start, inside + flaw.end);
        error(Span::new(from, to), flaw.help.to_owned())
    })?;
    let regex = regexes::compile(&translated).map_err(|failure| error(whole, explain(&failure)))?;
    cursor.count_regex(start)?;
    Ok(regex)
}

/// What is wrong in the body of an expression, and where, in bytes of the body.
struct Flaw {
    start: usize,
    end: usize,
    help: &'static str,
}

/// Checks the alphabet and rewrites what the engine spells differently.
fn translate(body: &str) -> Result<String, Flaw> {
    let mut out = String::with_capacity(body.len() + 8);
    let mut in_set = false;
    let mut chars = body.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let rest = &body[at + c.len_utf8()..];
        let flaw = |length: usize, help| Flaw {
            start: at,
            end: at + length,
            help,
        };
        if let Some(help) = outside_alphabet(c) {
            return Err(flaw(c.len_utf8(), help));
        }
        match c {
            '\\' => {
                let escaped = rest.chars().next();
                match escaped {
                    Some('d' | 'D' | 's' | 'S' | 'w' | 'W') => {}
                    Some('x') if hex_pair(rest) => {}
                    Some('%') => {}
                    Some(other) if outside_alphabet(other).is_some() => continue,
                    Some(other) if !other.is_ascii_alphanumeric() => {}
                    _ => {
                        let length = 1 + escaped.map_or(0, char::len_utf8);
                        return Err(flaw(
                            length,
                            "the escapes are \\d \\D \\s \\S \\w \\W, \\x with two hexadecimal \
                             digits, and a backslash before a symbol",
                        ));
                    }
                }
                out.push('\\');
                out.extend(escaped);
                chars.next();
            }
            '[' if !in_set => {
                in_set = true;
                out.push('[');
                // In front, `^` negates and `]` is a member.
                for member in ['^', ']'] {
                    if chars.next_if(|&(_, next)| next == member).is_some() {
                        out.push(member);
                    }
                }
            }
            '[' if rest.starts_with(':') => {
                return Err(flaw(
                    2,
                    "named character classes are not supported; use a range such as `A-Z`",
                ));
            }
            ']' if in_set => {
                in_set = false;
                out.push(']');
            }
            // The engine would read the pair as a difference of sets.
            '-' if in_set && rest.starts_with('-') => {
                return Err(flaw(2, "write a hyphen inside a set as `\\-`"));
            }
            '{' if !in_set && matches!(rest.as_bytes(), [b',', b'0'..=b'9', ..]) => {
                out.push_str("{0");
            }
            other => out.push(other),
        }
    }
    Ok(out)
}

fn hex_pair(rest: &str) -> bool {
    matches!(rest.as_bytes(), [b'x', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

/// Why a character may not stand in an expression, if so.
fn outside_alphabet(c: char) -> Option<&'static str> {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => None,
        ':' | '_' | '#' | '=' | '@' | '/' | ';' | ',' | '-' => None,
        '^' | '$' | '?' | '[' | ']' | '{' | '}' | '|' | '\\' | '*' | '+' | '.' => None,
        c if c.is_ascii_whitespace() => Some("a blank is written `\\s`"),
        '(' | ')' => Some(
            "groups are not supported; `|` separates whole alternatives, and a parenthesis in \
             the message is written `\\x28` or `\\x29`",
        ),
        c if c.is_ascii() => Some(
            "this character is not allowed in a regular expression; write it as `\\x` with two \
             hexadecimal digits",
        ),
        _ => Some("only ASCII characters are allowed in a regular expression; use `.` instead"),
    }
}

/// The engine's reason in one line.
fn explain(failure: &regex::Error) -> String {
    match failure {
        regex::Error::CompiledTooBig(_) => {
            "the regular expression is too large; use smaller counts".to_owned()
        }
        other => {
            let text = other.to_string();
            let reason = text.rsplit("error: ").next().unwrap_or(&text).trim();
            format!("the regular expression cannot be read: {reason}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn rewrites_only_what_the_engine_spells_differently() {
        for (body, expected) in [
            (r"a{,3}b", r"a{0,3}b"),
            (r"[{,3]x", r"[{,3]x"),
            (r"[[]", r"[[]"),
            (r"[]a]", r"[]a]"),
            (r"[^]a]", r"[^]a]"),
            (r"\%\[\.", r"\%\[\."),
            (r"\x41\d", r"\x41\d"),
        ] {
            assert_eq!(translate(body).ok().as_deref(), Some(expected), "{body}");
        }
    }
}
