//! Selectors of JSON patterns: `$` and the steps that lead to values (spec 4.4).

use super::cursor::{Cursor, ends_value, invalid_term};
use super::document::Json;
use crate::Diagnostic;

/// A path into a JSON document.
#[derive(Debug, Clone)]
pub(super) struct Selector {
    /// As written; the key of an extracted value.
    pub(super) text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Index(usize),
    EveryElement,
    EveryMember,
}

impl Selector {
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Selector, Diagnostic> {
        let start = cursor.position();
        if !cursor.eat("$") {
            return Err(bad_selector(cursor, start));
        }
        let mut steps = Vec::new();
        while let Some(step) = Step::parse(cursor, start)? {
            steps.push(step);
        }
        if steps.is_empty() {
            return Err(bad_selector(cursor, start));
        }
        let selector = Selector {
            text: cursor.since(start).to_owned(),
            steps,
        };
        if selector.wildcards() > 1 {
            return Err(invalid_term(
                cursor.span_since(start),
                &selector.text,
                "a selector may have one `*`",
            ));
        }
        Ok(selector)
    }

    /// How many steps stand for every element or every member.
    pub(super) fn wildcards(&self) -> usize {
        let every = |step: &&Step| matches!(step, Step::EveryElement | Step::EveryMember);
        self.steps.iter().filter(every).count()
    }

    /// Whether any value that the selector finds passes the test.
    pub(super) fn any<'a>(&self, root: Json<'a>, mut test: impl FnMut(Json<'a>) -> bool) -> bool {
        any_below(&self.steps, root, &mut test)
    }
}

fn any_below<'a>(steps: &[Step], from: Json<'a>, test: &mut dyn FnMut(Json<'a>) -> bool) -> bool {
    let mut value = from;
    for (index, step) in steps.iter().enumerate() {
        let later = &steps[index + 1..];
        let found = match step {
            Step::Key(key) => value.member(key),
            Step::Index(nth) => value.elements().nth(*nth),
            Step::EveryElement => {
                return value.elements().any(|each| any_below(later, each, test));
            }
            Step::EveryMember => {
                return value
                    .member_values()
                    .into_iter()
                    .any(|each| any_below(later, each, test));
            }
        };
        match found {
            Some(found) => value = found,
            None => return false,
        }
    }
    test(value)
}

impl Step {
    /// Reads one step, or gives `None` where the selector ends. `start` is where it began.
    fn parse(cursor: &mut Cursor<'_>, start: usize) -> Result<Option<Step>, Diagnostic> {
        if cursor.eat(".['") {
            let key = cursor.take_while(|c| c != '\'').to_owned();
            return match cursor.eat("']") {
                true => Ok(Some(Step::Key(key))),
                false => Err(bad_selector(cursor, start)),
            };
        }
        if cursor.eat(".*") {
            return Ok(Some(Step::EveryMember));
        }
        if cursor.eat(".") {
            let key = cursor.take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
            return match key {
                "" => Err(bad_selector(cursor, start)),
                key => Ok(Some(Step::Key(key.to_owned()))),
            };
        }
        if cursor.eat("[*]") {
            return Ok(Some(Step::EveryElement));
        }
        if cursor.eat("[") {
            let index = cursor.take_while(|c| c.is_ascii_digit()).parse();
            return match (index, cursor.eat("]")) {
                (Ok(index), true) => Ok(Some(Step::Index(index))),
                _ => Err(bad_selector(cursor, start)),
            };
        }
        Ok(None)
    }
}

fn bad_selector(cursor: &mut Cursor<'_>, start: usize) -> Diagnostic {
    cursor.bad_piece(
        start,
        ends_value,
        "a selector is `$` with steps `.key`, `.['any key']`, `[0]`, `[*]` or `.*`; a key without \
         quotes is of letters, digits, `-` and `_`",
    )
}
