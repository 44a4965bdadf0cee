//! Splits a message into the fields of a space-delimited pattern (spec 4.5).

use memchr::memchr;

/// The fields of a line, in order, without allocation.
///
/// Blanks separate fields; `"..."` and `[...]` are one field each and lose their delimiters. An
/// opening delimiter that is never closed is an ordinary character.
#[derive(Clone)]
pub(super) struct Fields<'a> {
    text: &'a str,
    at: usize,
    /// Set once a search for the closing delimiter failed: no later one can succeed, and a line of
    /// opening delimiters would otherwise be searched to its end for each of them.
    no_quote: bool,
    no_bracket: bool,
}

/// One field and where it begins in the line, its delimiter included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) start: usize,
    pub(super) text: &'a str,
}

impl<'a> Fields<'a> {
    pub(super) fn of(text: &'a str) -> Fields<'a> {
        Fields {
            text,
            at: 0,
            no_quote: false,
            no_bracket: false,
        }
    }

    /// The field just read, or, if the line has more, everything from it on with its delimiters.
    /// No field is left after that.
    pub(super) fn rest_from(&mut self, field: Field<'a>) -> &'a str {
        if self.next().is_none() {
            return field.text;
        }
        self.at = self.text.len();
        self.text[field.start..].trim_ascii_end()
    }

    /// The text inside delimiters that open at `start`, if they close.
    fn delimited(&mut self, start: usize) -> Option<&'a str> {
        let (close, missing) = match self.text.as_bytes()[start] {
            b'"' => (b'"', &mut self.no_quote),
            b'[' => (b']', &mut self.no_bracket),
            _ => return None,
        };
        if *missing {
            return None;
        }
        let inside = &self.text[start + 1..];
        let length = memchr(close, inside.as_bytes());
        *missing = length.is_none();
        length.map(|length| &inside[..length])
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        let bytes = self.text.as_bytes();
        let blanks = bytes[self.at..]
            .iter()
            .position(|b| !b.is_ascii_whitespace());
        let start = self.at + blanks?;
        let text = match self.delimited(start) {
            Some(inside) => {
                self.at = start + inside.len() + 2;
                inside
            }
            None => {
                let length = bytes[start..].iter().position(u8::is_ascii_whitespace);
                self.at = start + length.unwrap_or(bytes.len() - start);
                &self.text[start..self.at]
            }
        };
        Some(Field { start, text })
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn splits_at_blanks_outside_delimiters() {
        for (line, expected) in [
            ("", &[][..]),
            ("  a  b\tc\n", &["a", "b", "c"]),
            (r#"a "b c" [d e] f"#, &["a", "b c", "d e", "f"]),
            (r#""" []"#, &["", ""]),
            (r#"[a][b] "c"d"#, &["a", "b", "c", "d"]),
            (r#"a"b c" d[e f]"#, &["a\"b", "c\"", "d[e", "f]"]),
            (r#"[a [b "c d"#, &["[a", "[b", "\"c", "d"]),
            (r#"["a] b" é "é è""#, &["\"a", "b\"", "é", "é è"]),
        ] {
            let fields: Vec<_> = Fields::of(line).map(|field| field.text).collect();
            assert_eq!(fields, expected, "{line}");
        }
    }
}
