//! Space-delimited patterns: a list of the fields of a line, with conditions (spec 4.5).

use super::cursor::{Cursor, ends_value, invalid_pattern, invalid_term};
use super::operand::Test;
use super::split;
use crate::{Diagnostic, Span};

/// A pattern in brackets.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    /// The items before the ellipsis, or all items.
    front: Vec<Item>,
    /// The items after the ellipsis, if there is one.
    back: Option<Vec<Item>>,
}

#[derive(Debug, Clone)]
struct Item {
    name: Option<String>,
    /// Alternatives of tests that hold together; empty when any value will do.
    tests: Vec<Vec<Test>>,
}

impl Fields {
    /// Reads a pattern. The cursor stands on its opening bracket.
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Fields, Diagnostic> {
        cursor.bump();
        let mut fields = Fields {
            front: Vec::new(),
            back: None,
        };
        cursor.skip_blanks();
        if cursor.eat("]") {
            // Matches every line, as an ellipsis alone does.
            fields.back = Some(Vec::new());
        } else {
            loop {
                fields.parse_item(cursor)?;
                cursor.skip_blanks();
                if cursor.eat("]") {
                    break;
                }
                if !cursor.eat(",") {
                    return Err(unfinished(cursor));
                }
            }
        }
        cursor.finish("]")?;
        Ok(fields)
    }

    /// Reads an ellipsis or an item and adds it.
    fn parse_item(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Diagnostic> {
        cursor.skip_blanks();
        let start = cursor.position();
        if cursor.eat("...") {
            if self.back.is_some() {
                let help = "a pattern may have one `...`";
                return Err(invalid_term(cursor.span_since(start), "...", help));
            }
            self.back = Some(Vec::new());
            return Ok(());
        }
        let item = Item::parse(cursor)?;
        if let Some(name) = &item.name {
            let mut earlier = self.front.iter().chain(self.back.iter().flatten());
            if earlier.any(|other| other.name == item.name) {
                let span = Span::new(start, start + name.len());
                return Err(invalid_term(span, name, "each field needs its own name"));
            }
        }
        self.back.as_mut().unwrap_or(&mut self.front).push(item);
        Ok(())
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        self.walk(message, |_, _, _| {})
    }

    pub(super) fn extract(&self, message: &str) -> Option<Vec<(String, String)>> {
        let mut values = Vec::new();
        let matched = self.walk(message, |position, item, text| {
            let key = match item.and_then(|item| item.name.as_ref()) {
                Some(name) => format!("${name}"),
                None => format!("${position}"),
            };
            values.push((key, text.to_owned()));
        });
        matched.then_some(values)
    }

    /// Whether the line matches. While it does, `visit` gets each field's position from 1, the
    /// item it belongs to (none under an ellipsis) and its text.
    fn walk<'a>(
        &self,
        message: &'a str,
        mut visit: impl FnMut(usize, Option<&Item>, &'a str),
    ) -> bool {
        let mut fields = split::Fields::of(message);
        let mut position = 0;
        let mut take = |item: Option<&Item>, text: &'a str| {
            position += 1;
            let holds = item.is_none_or(|item| item.holds(text));
            if holds {
                visit(position, item, text);
            }
            holds
        };
        for (index, item) in self.front.iter().enumerate() {
            let Some(field) = fields.next() else {
                return false;
            };
            let last = self.back.is_none() && index + 1 == self.front.len();
            let text = if last && item.is_bare_name() {
                fields.rest_from(field)
            } else {
                field.text
            };
            if !take(Some(item), text) {
                return false;
            }
        }
        let Some(back) = &self.back else {
            return fields.next().is_none();
        };
        // How many fields the ellipsis stands for is known once the rest has been counted.
        let Some(skipped) = fields.clone().count().checked_sub(back.len()) else {
            return false;
        };
        let items = std::iter::repeat_n(None, skipped).chain(back.iter().map(Some));
        fields
            .zip(items)
            .all(|(field, item)| take(item, field.text))
    }
}

impl Item {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Item, Diagnostic> {
        if matches!(cursor.peek(), Some(',' | ']')) {
            return Ok(Item {
                name: None,
                tests: Vec::new(),
            });
        }
        let name = name(cursor)?;
        let mut tests: Vec<Vec<Test>> = Vec::new();
        let mut alternative = true;
        loop {
            cursor.skip_blanks();
            let start = cursor.position();
            match (Test::parse(cursor)?, tests.last_mut()) {
                (Some(test), Some(together)) if !alternative => together.push(test),
                (Some(test), _) => tests.push(vec![test]),
                (None, None) => break,
                (None, Some(_)) => {
                    let help = "after `&&` or `||` stands another test of the same field";
                    return Err(cursor.bad_piece(start, ends_value, help));
                }
            }
            cursor.skip_blanks();
            alternative = cursor.eat("||");
            if !alternative && !cursor.eat("&&") {
                break;
            }
            cursor.skip_blanks();
            // The name may be repeated, in any spelling (the guide changes its case).
            if cursor.peek().is_some_and(char::is_alphabetic) {
                self::name(cursor)?;
            }
        }
        Ok(Item {
            name: Some(name),
            tests,
        })
    }

    fn is_bare_name(&self) -> bool {
        self.name.is_some() && self.tests.is_empty()
    }

    fn holds(&self, text: &str) -> bool {
        let together = |all: &Vec<Test>| all.iter().all(|test| test.holds_for_scalar(text));
        self.tests.is_empty() || self.tests.iter().any(together)
    }
}

fn name(cursor: &mut Cursor<'_>) -> Result<String, Diagnostic> {
    let start = cursor.position();
    if cursor.peek().is_none() {
        return Err(unfinished(cursor));
    }
    let starts = cursor.peek().is_some_and(char::is_alphabetic);
    let name = cursor.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let ended = |c: char| ends_value(c) || matches!(c, '=' | '!' | '<' | '>');
    if starts && cursor.peek().is_none_or(ended) {
        return Ok(name.to_owned());
    }
    let help = "a field is `...`, or a name that begins with a letter and may go on with letters, \
                digits, `_`, `-` and `.`";
    Err(cursor.bad_piece(start, ends_value, help))
}

fn unfinished(cursor: &mut Cursor<'_>) -> Diagnostic {
    let start = cursor.position();
    cursor.bump();
    let help = "`,` or `]` must follow a field";
    invalid_pattern(cursor.span_since(start), help)
}
