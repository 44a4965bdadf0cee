//! CloudWatch Logs filter patterns: the small language of `FilterLogEvents`, metric filters,
//! subscription filters and live tail. It is not the Insights language.
//!
//! The first character decides which of three kinds a pattern is (spec 4.1): `{` a condition on
//! the members of a JSON message (`json`), `[` a list of the fields of a line (`fields`),
//! anything else words and phrases (`terms`). A pattern is compiled once and then runs over any
//! number of messages; searchers and regular expressions are built at compile time, and matching
//! words, phrases and fields allocates nothing.

mod cursor;
mod document;
mod fields;
mod json;
mod operand;
mod regex_term;
mod selector;
mod split;
mod terms;

use flowgauge_event::limits::FILTER_PATTERN_CHARS;

use crate::Diagnostic;
use crate::span::Span;
use cursor::Cursor;
use fields::Fields;
use json::JsonPattern;
use terms::Terms;

/// A compiled filter pattern.
#[derive(Debug, Clone)]
pub struct FilterPattern {
    kind: Kind,
    regexes: usize,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Empty, blank, or a lone `*`.
    All,
    Terms(Terms),
    Json(JsonPattern),
    Fields(Fields),
}

impl FilterPattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// A [`Diagnostic`] with code `F101`: the message is the text that AWS sends (spec 4.6), the
    /// span points into `text`, and the help says what is wrong and what to write instead.
    pub fn parse(text: &str) -> Result<FilterPattern, Diagnostic> {
        if let Some((cut, _)) = text.char_indices().nth(FILTER_PATTERN_CHARS) {
            let span = Span::new(cut, text.len());
            let help =
                format!("a filter pattern may have at most {FILTER_PATTERN_CHARS} characters");
            return Err(cursor::invalid_pattern(span, help));
        }
        let mut cursor = Cursor::new(text);
        cursor.skip_blanks();
        let kind = match cursor.peek() {
            None => Kind::All,
            Some('{') => Kind::Json(JsonPattern::parse(&mut cursor)?),
            Some('[') => Kind::Fields(Fields::parse(&mut cursor)?),
            Some(_) if cursor.rest().trim_ascii_end() == "*" => Kind::All,
            Some(_) => Kind::Terms(Terms::parse(&mut cursor)?),
        };
        Ok(FilterPattern {
            kind,
            regexes: cursor.regexes(),
        })
    }

    /// Whether the pattern selects a message. The whole message counts, line feeds included.
    pub fn matches(&self, message: &str) -> bool {
        match &self.kind {
            Kind::All => true,
            Kind::Terms(terms) => terms.matches(message),
            Kind::Json(json) => json.matches(message),
            Kind::Fields(fields) => fields.matches(message),
        }
    }

    /// The values that the pattern names, for a message that it selects; `None` for any other.
    ///
    /// Keys begin with `$`: the text of each selector that finds a scalar, the name of each field,
    /// or the position (from 1) of a field without a name. Words and phrases extract nothing.
    pub fn extract(&self, message: &str) -> Option<Vec<(String, String)>> {
        match &self.kind {
            Kind::All => Some(Vec::new()),
            Kind::Terms(terms) => terms.matches(message).then(Vec::new),
            Kind::Json(json) => json.extract(message),
            Kind::Fields(fields) => fields.extract(message),
        }
    }

    /// Whether the pattern is a JSON or a field pattern, the kinds that extract values.
    pub fn is_structured(&self) -> bool {
        matches!(self.kind, Kind::Json(_) | Kind::Fields(_))
    }

    /// How many regular expressions the pattern holds; log groups limit patterns that have any.
    pub fn regexes(&self) -> usize {
        self.regexes
    }
}

#[cfg(test)]
mod tests;
