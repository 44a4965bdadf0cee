//! The right-hand sides of JSON and field patterns: `= v`, `!= v`, `< n` and their kin, with
//! numbers, words, wildcards, quoted text and regular expressions (spec 4.4, 4.5).

use std::cmp::Ordering;

use flowgauge_event::Number;
use memchr::memmem::Finder;
use regex::Regex;

use super::cursor::{Cursor, ends_value, invalid_term};
use super::regex_term;
use crate::Diagnostic;

/// An operator with its right-hand side.
#[derive(Debug, Clone)]
pub(super) enum Test {
    Equal(Operand),
    NotEqual(Operand),
    Order(Relation, Number),
}

/// `<`, `<=`, `>` or `>=`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Relation {
    wanted: Ordering,
    or_equal: bool,
}

/// What a value is compared with for equality.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    /// A number without quotes: equal to a number of the same value, and to a text of the same
    /// spelling.
    Number(Number, String),
    Text(TextPattern),
    Regex(Regex),
}

/// Text with a `*` at its start, its end or both; elsewhere a `*` is an ordinary character.
#[derive(Debug, Clone)]
pub(super) enum TextPattern {
    Any,
    Exact(String),
    Prefix(String),
    Suffix(String),
    Contains(Box<Finder<'static>>),
}

impl Test {
    /// Reads an operator and its right-hand side, or gives `None` where no operator stands.
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Option<Test>, Diagnostic> {
        if cursor.eat("!=") {
            return Operand::parse(cursor).map(|operand| Some(Test::NotEqual(operand)));
        }
        if cursor.eat("=") {
            return Operand::parse(cursor).map(|operand| Some(Test::Equal(operand)));
        }
        let wanted = match cursor.peek() {
            Some('<') => Ordering::Less,
            Some('>') => Ordering::Greater,
            _ => return Ok(None),
        };
        cursor.bump();
        let or_equal = cursor.eat("=");
        cursor.skip_blanks();
        let start = cursor.position();
        match Operand::parse(cursor)? {
            Operand::Number(number, _) => {
                Ok(Some(Test::Order(Relation { wanted, or_equal }, number)))
            }
            _ => Err(invalid_term(
                cursor.span_since(start),
                cursor.since(start),
                "`<`, `<=`, `>` and `>=` need a number without quotes",
            )),
        }
    }

    /// Whether a value that is text by nature passes: never in an ordering.
    pub(super) fn holds_for_text(&self, text: &str) -> bool {
        match self {
            Test::Equal(operand) => operand.equals_text(text),
            Test::NotEqual(operand) => !operand.equals_text(text),
            Test::Order(..) => false,
        }
    }

    /// Whether a value that is a number wherever it reads as one passes.
    pub(super) fn holds_for_scalar(&self, text: &str) -> bool {
        match self {
            Test::Equal(operand) => operand.equals_scalar(text),
            Test::NotEqual(operand) => !operand.equals_scalar(text),
            Test::Order(relation, bound) => {
                Number::parse(text).is_some_and(|number| relation.holds(number.compare(*bound)))
            }
        }
    }

    /// Whether a value that equals nothing passes.
    pub(super) fn holds_for_nothing(&self) -> bool {
        matches!(self, Test::NotEqual(_))
    }
}

impl Relation {
    fn holds(self, ordering: Ordering) -> bool {
        ordering == self.wanted || (self.or_equal && ordering == Ordering::Equal)
    }
}

impl Operand {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Operand, Diagnostic> {
        cursor.skip_blanks();
        let start = cursor.position();
        let operand = match cursor.peek() {
            Some('"') => Operand::Text(TextPattern::new(&cursor.quoted()?)),
            Some('%') => Operand::Regex(regex_term::parse(cursor)?),
            _ => {
                let word = cursor.take_while(is_bare);
                if word.is_empty() {
                    return Err(bad_operand(cursor, start));
                }
                match Number::parse(word) {
                    Some(number) => Operand::Number(number, word.to_owned()),
                    None => Operand::Text(TextPattern::new(word)),
                }
            }
        };
        match cursor.peek() {
            Some(c) if !ends_value(c) => Err(bad_operand(cursor, start)),
            _ => Ok(operand),
        }
    }

    fn equals_text(&self, text: &str) -> bool {
        match self {
            Operand::Number(_, spelling) => spelling == text,
            Operand::Text(pattern) => pattern.matches(text),
            Operand::Regex(regex) => regex.is_match(text),
        }
    }

    fn equals_scalar(&self, text: &str) -> bool {
        if let Operand::Number(wanted, _) = self
            && let Some(number) = Number::parse(text)
        {
            return number.compare(*wanted) == Ordering::Equal;
        }
        self.equals_text(text)
    }
}

impl TextPattern {
    fn new(text: &str) -> TextPattern {
        let (open_start, rest) = match text.strip_prefix('*') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (open_end, body) = match rest.strip_suffix('*') {
            Some(body) => (true, body),
            None => (false, rest),
        };
        match (open_start, open_end) {
            (true, _) | (_, true) if body.is_empty() => TextPattern::Any,
            (true, true) => TextPattern::Contains(Box::new(Finder::new(body).into_owned())),
            (true, false) => TextPattern::Suffix(body.to_owned()),
            (false, true) => TextPattern::Prefix(body.to_owned()),
            (false, false) => TextPattern::Exact(body.to_owned()),
        }
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            TextPattern::Any => true,
            TextPattern::Exact(wanted) => text == wanted,
            TextPattern::Prefix(start) => text.starts_with(start.as_str()),
            TextPattern::Suffix(end) => text.ends_with(end.as_str()),
            TextPattern::Contains(finder) => finder.find(text.as_bytes()).is_some(),
        }
    }
}

/// Whether a character may stand in a value without quotes.
fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '+' | '-' | '*')
}

fn bad_operand(cursor: &mut Cursor<'_>, start: usize) -> Diagnostic {
    cursor.bad_piece(
        start,
        ends_value,
        "a value is a number, a word of letters, digits and `_ . + - *`, text in double quotes, \
         or a regular expression between percent signs",
    )
}
