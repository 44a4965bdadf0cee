//! Conditions on the members of a JSON message (spec 4.4).

use flowgauge_event::limits::EXPRESSION_DEPTH;

use super::cursor::{Cursor, ends_value, invalid_pattern, invalid_term};
use super::document::Json;
use super::operand::Test;
use super::selector::Selector;
use crate::{Diagnostic, Span};

/// Selectors with a `*` in one pattern (spec 4.4).
const WILDCARDS: usize = 3;

/// A pattern in braces.
#[derive(Debug, Clone)]
pub(super) struct JsonPattern {
    condition: Condition,
}

#[derive(Debug, Clone)]
enum Condition {
    Any(Vec<Condition>),
    All(Vec<Condition>),
    One(Selector, Check),
}

/// What is asked of the values that a selector finds.
#[derive(Debug, Clone)]
enum Check {
    Compare(Test),
    IsNull,
    IsTrue,
    IsFalse,
    NotExists,
}

impl JsonPattern {
    /// Reads a pattern. The cursor stands on its opening brace.
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<JsonPattern, Diagnostic> {
        cursor.bump();
        let mut parser = Parser {
            cursor,
            wildcards: 0,
        };
        let condition = parser.alternatives(0)?;
        parser.close("}")?;
        cursor.finish("}")?;
        Ok(JsonPattern { condition })
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        Json::document(message).is_some_and(|root| self.condition.holds(root))
    }

    pub(super) fn extract(&self, message: &str) -> Option<Vec<(String, String)>> {
        let root = Json::document(message)?;
        if !self.condition.holds(root) {
            return None;
        }
        let mut values = Vec::new();
        self.condition.extract(root, &mut values);
        Some(values)
    }
}

impl Condition {
    fn holds(&self, root: Json<'_>) -> bool {
        match self {
            Condition::Any(parts) => parts.iter().any(|part| part.holds(root)),
            Condition::All(parts) => parts.iter().all(|part| part.holds(root)),
            Condition::One(selector, Check::NotExists) => !selector.any(root, |_| true),
            Condition::One(selector, check) => selector.any(root, |value| check.holds(value)),
        }
    }

    /// Adds the first scalar that each selector finds, each selector once.
    fn extract(&self, root: Json<'_>, values: &mut Vec<(String, String)>) {
        match self {
            Condition::Any(parts) | Condition::All(parts) => {
                parts.iter().for_each(|part| part.extract(root, values));
            }
            Condition::One(selector, _) => {
                if values.iter().any(|(key, _)| *key == selector.text) {
                    return;
                }
                selector.any(root, |value| match value.text() {
                    Some(text) => {
                        values.push((selector.text.clone(), text.into_owned()));
                        true
                    }
                    None => false,
                });
            }
        }
    }
}

impl Check {
    fn holds(&self, value: Json<'_>) -> bool {
        match (self, value) {
            (Check::NotExists, _) => false,
            (Check::IsNull, value) => matches!(value, Json::Null),
            (Check::IsTrue, value) => matches!(value, Json::True),
            (Check::IsFalse, value) => matches!(value, Json::False),
            // Neither equal nor different.
            (Check::Compare(_), Json::Object(_) | Json::Array(_)) => false,
            (Check::Compare(test), Json::Null) => test.holds_for_nothing(),
            (Check::Compare(test), Json::Number(text)) => test.holds_for_scalar(text),
            (Check::Compare(test), scalar) => {
                scalar.text().is_some_and(|text| test.holds_for_text(&text))
            }
        }
    }
}

struct Parser<'c, 'a> {
    cursor: &'c mut Cursor<'a>,
    wildcards: usize,
}

impl<'a> Parser<'_, 'a> {
    fn alternatives(&mut self, depth: usize) -> Result<Condition, Diagnostic> {
        let mut parts = vec![self.conjunction(depth)?];
        while self.eat("||") {
            parts.push(self.conjunction(depth)?);
        }
        Ok(joined(parts, Condition::Any))
    }

    fn conjunction(&mut self, depth: usize) -> Result<Condition, Diagnostic> {
        let mut parts = vec![self.unit(depth)?];
        while self.eat("&&") {
            parts.push(self.unit(depth)?);
        }
        Ok(joined(parts, Condition::All))
    }

    fn unit(&mut self, depth: usize) -> Result<Condition, Diagnostic> {
        self.cursor.skip_blanks();
        let start = self.cursor.position();
        if self.cursor.eat("(") {
            if depth == EXPRESSION_DEPTH {
                let help = format!("at most {EXPRESSION_DEPTH} parentheses may be nested");
                return Err(invalid_pattern(self.cursor.span_since(start), help));
            }
            let inner = self.alternatives(depth + 1)?;
            self.close(")")?;
            return Ok(inner);
        }
        let selector = Selector::parse(self.cursor)?;
        self.wildcards += selector.wildcards();
        if self.wildcards > WILDCARDS {
            let help = format!("a pattern may have at most {WILDCARDS} selectors with a `*`");
            return Err(invalid_pattern(self.cursor.span_since(start), help));
        }
        let check = self.check()?;
        Ok(Condition::One(selector, check))
    }

    fn check(&mut self) -> Result<Check, Diagnostic> {
        self.cursor.skip_blanks();
        let start = self.cursor.position();
        if let Some(test) = Test::parse(self.cursor)? {
            return Ok(Check::Compare(test));
        }
        let check = match (self.word(), self.word()) {
            ("IS", "NULL") => Check::IsNull,
            ("IS", "TRUE") => Check::IsTrue,
            ("IS", "FALSE") => Check::IsFalse,
            ("NOT", "EXISTS") => Check::NotExists,
            ("", _) => return Err(self.bad_check(start)),
            (first, second) => {
                // Point at the words alone, not at the blanks after them.
                let words = match second {
                    "" => first,
                    _ => self.cursor.since(start),
                };
                let span = Span::new(start, start + words.len());
                return Err(invalid_term(span, words, CHECKS));
            }
        };
        match self.cursor.peek() {
            Some(c) if !ends_value(c) => Err(self.bad_check(start)),
            _ => Ok(check),
        }
    }

    fn word(&mut self) -> &'a str {
        self.cursor.skip_blanks();
        self.cursor.take_while(|c| c.is_ascii_alphabetic())
    }

    fn bad_check(&mut self, start: usize) -> Diagnostic {
        self.cursor.bad_piece(start, ends_value, CHECKS)
    }

    fn eat(&mut self, token: &str) -> bool {
        self.cursor.skip_blanks();
        self.cursor.eat(token)
    }

    fn close(&mut self, bracket: &str) -> Result<(), Diagnostic> {
        if self.eat(bracket) {
            return Ok(());
        }
        let start = self.cursor.position();
        self.cursor.bump();
        let help = format!("`&&`, `||` or `{bracket}` must follow a condition");
        Err(invalid_pattern(self.cursor.span_since(start), help))
    }
}

const CHECKS: &str = "after a selector stands `=`, `!=`, `<`, `<=`, `>`, `>=`, `IS NULL`, \
                      `IS TRUE`, `IS FALSE` or `NOT EXISTS`, in capitals";

/// A lone part stands for itself.
fn joined(mut parts: Vec<Condition>, join: impl Fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}
