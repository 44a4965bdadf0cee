//! The reading position in a pattern, and the errors of every kind of pattern.

use flowgauge_event::limits::FILTER_PATTERN_REGEXES;

use crate::Diagnostic;
use crate::codes::BAD_FILTER_PATTERN;
use crate::span::Span;

/// A position in the text of a pattern. It also counts the regular expressions read so far,
/// because their number is limited for the pattern as a whole.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    regexes: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Cursor<'a> {
        Cursor {
            text,
            at: 0,
            regexes: 0,
        }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn regexes(&self) -> usize {
        self.regexes
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The text from an earlier position up to here.
    pub(super) fn since(&self, start: usize) -> &'a str {
        &self.text[start..self.at]
    }

    pub(super) fn span_since(&self, start: usize) -> Span {
        Span::new(start, self.at)
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Steps over `token` if it stands here.
    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    pub(super) fn skip_blanks(&mut self) {
        self.take_while(is_blank);
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Reads `"..."`, in which `\"` and `\\` are escapes and any other backslash is itself.
    pub(super) fn quoted(&mut self) -> Result<String, Diagnostic> {
        let start = self.at;
        self.bump();
        let mut text = String::new();
        while let Some(c) = self.bump() {
            match (c, self.peek()) {
                ('"', _) => return Ok(text),
                ('\\', Some(escaped @ ('"' | '\\'))) => {
                    text.push(escaped);
                    self.bump();
                }
                _ => text.push(c),
            }
        }
        Err(invalid_term(
            self.span_since(start),
            self.since(start),
            "close the quoted text with `\"`; a quote inside it is written `\\\"`",
        ))
    }

    /// The end of a pattern after its closing bracket: blanks at most.
    pub(super) fn finish(&mut self, bracket: &str) -> Result<(), Diagnostic> {
        self.skip_blanks();
        let end = self.at;
        if self.take_while(|_| true).is_empty() {
            return Ok(());
        }
        let help = format!("nothing may follow the closing `{bracket}`");
        Err(invalid_pattern(self.span_since(end), help))
    }

    /// Counts a regular expression that began at `start`.
    pub(super) fn count_regex(&mut self, start: usize) -> Result<(), Diagnostic> {
        self.regexes += 1;
        if self.regexes > FILTER_PATTERN_REGEXES {
            let help = format!(
                "a filter pattern may hold at most {FILTER_PATTERN_REGEXES} regular expressions"
            );
            return Err(invalid_pattern(self.span_since(start), help));
        }
        Ok(())
    }

    /// The error for a piece of the pattern that began at `start` and goes wrong here: the piece
    /// runs on to the next character that ends one.
    pub(super) fn bad_piece(
        &mut self,
        start: usize,
        ends: impl Fn(char) -> bool,
        help: impl Into<String>,
    ) -> Diagnostic {
        if self.take_while(|c| !ends(c)).is_empty() && self.at == start {
            return invalid_pattern(Span::new(start, start), help);
        }
        invalid_term(self.span_since(start), self.since(start), help)
    }
}

/// Whether a character separates words. Only ASCII blanks do.
pub(super) fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace()
}

/// Whether a character may follow a value or a name in a JSON or field pattern.
pub(super) fn ends_value(c: char) -> bool {
    is_blank(c) || matches!(c, ',' | '&' | '|' | '(' | ')' | '{' | '}' | ']')
}

/// A piece that the language does not know, in the words of AWS.
pub(super) fn invalid_term(span: Span, piece: &str, help: impl Into<String>) -> Diagnostic {
    let message = format!("Invalid character(s) in term '{piece}'");
    Diagnostic::error(BAD_FILTER_PATTERN, span, message).with_help(help)
}

/// A pattern whose pieces do not fit together, in the words of AWS.
pub(super) fn invalid_pattern(span: Span, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error(BAD_FILTER_PATTERN, span, "Invalid filter pattern").with_help(help)
}
