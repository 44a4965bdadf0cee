//! Regular expressions of the language: RE2-like, linear time, ASCII classes.
//!
//! `\d \w \s \b` match ASCII only, as the documented engines do by default (spec 2.8); text
//! outside ASCII still matches literally and `.` matches whole characters.

use regex::{Regex, RegexBuilder};

/// Largest compiled program, in bytes, so that a pattern cannot take the machine's memory.
const SIZE_LIMIT: usize = 16 << 20;

/// Compiles an expression with the language's rules: search semantics, case-sensitive, `.` does
/// not match a line feed, `^` and `$` only at the ends. Flags inside (`(?i)`, `(?s)`) are honoured,
/// also in the middle of the expression.
pub fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&ascii_classes(pattern))
        .size_limit(SIZE_LIMIT)
        .build()
}

/// Rewrites Perl classes and word borders to their ASCII forms.
fn ascii_classes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    let mut in_class = 0usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                // Negated classes stay on Unicode characters, so that `\D` eats whole characters.
                Some('d') => out.push_str(if in_class > 0 { "0-9" } else { "[0-9]" }),
                Some('D') if in_class == 0 => out.push_str("[^0-9]"),
                Some('D') => out.push_str("[^0-9]"),
                Some('w') => out.push_str(if in_class > 0 {
                    "0-9A-Za-z_"
                } else {
                    "[0-9A-Za-z_]"
                }),
                Some('W') => out.push_str("[^0-9A-Za-z_]"),
                Some('s') => out.push_str(if in_class > 0 {
                    r"\t\n\v\f\r\x20"
                } else {
                    r"[\t\n\v\f\r\x20]"
                }),
                Some('S') => out.push_str(r"[^\t\n\v\f\r\x20]"),
                Some('b') => out.push_str(r"(?-u:\b)"),
                Some('B') => out.push_str(r"\B"),
                Some('/') => out.push('/'),
                Some(other) => {
                    out.push('\\');
                    out.push(other);
                }
                None => out.push('\\'),
            },
            '[' => {
                // A literal `[` inside a class has to be escaped for the regex crate, where it
                // would open a nested class; POSIX classes such as [:alpha:] are kept.
                if in_class > 0 && chars.peek() != Some(&':') {
                    out.push_str(r"\[");
                } else {
                    in_class += 1;
                    out.push('[');
                    if in_class == 1 {
                        if chars.peek() == Some(&'^') {
                            out.push('^');
                            chars.next();
                        }
                        if chars.peek() == Some(&']') {
                            out.push_str(r"\]");
                            chars.next();
                        }
                    }
                }
            }
            ']' if in_class > 0 => {
                in_class -= 1;
                out.push(']');
            }
            // Set operations of the regex crate mean nothing in RE2.
            '&' | '~' if in_class > 0 => {
                out.push('\\');
                out.push(c);
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn classes_are_ascii_and_text_is_unicode() {
        for (pattern, text, expected) in [
            (r"^\d+$", "42", true),
            (r"^\d+$", "٤٢", false),
            (r"^\w$", "é", false),
            (r"^.$", "é", true),
            (r"^[\w.-]+$", "a-b.c", true),
            (r"\bport\b", "a port b", true),
            (r"^(?i)abc$", "ABC", true),
            (r"^[^\s]+$", "a b", false),
            (r"[[]x]", "[x]", true),
            (r"a\/b", "a/b", true),
            (r"[[:digit:]]{2}", "a12", true),
            (r"^\D$", "é", true),
        ] {
            assert_eq!(
                compile(pattern).expect(pattern).is_match(text),
                expected,
                "{pattern} on {text}"
            );
        }
        for pattern in [r"(?=a)", r"(a)\1", r"(?<!x)y", "["] {
            assert!(compile(pattern).is_err(), "{pattern}");
        }
    }
}
