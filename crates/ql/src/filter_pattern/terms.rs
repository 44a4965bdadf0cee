//! Words, phrases and regular expressions that a message holds or must not hold (spec 4.2).

use memchr::memmem::Finder;
use regex::Regex;

use super::cursor::{Cursor, is_blank};
use super::regex_term;
use crate::Diagnostic;

/// A list of terms.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    required: Vec<Needle>,
    excluded: Vec<Needle>,
    /// At least one of these; empty when nothing is asked.
    optional: Vec<Needle>,
}

#[derive(Debug, Clone)]
enum Needle {
    /// A phrase of blanks only, which is in every message (also in one without a blank).
    Always,
    Text(Box<Finder<'static>>),
    Regex(Regex),
}

impl Terms {
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Terms, Diagnostic> {
        let mut terms = Terms {
            required: Vec::new(),
            excluded: Vec::new(),
            optional: Vec::new(),
        };
        loop {
            cursor.skip_blanks();
            let start = cursor.position();
            let list = match cursor.peek() {
                None => break,
                Some('-') => &mut terms.excluded,
                Some('?') => &mut terms.optional,
                Some(_) => &mut terms.required,
            };
            if matches!(cursor.peek(), Some('-' | '?')) {
                cursor.bump();
            }
            list.push(Needle::parse(cursor, start)?);
        }
        // Documented: next to a term without `?`, those with it say nothing.
        if !terms.required.is_empty() || !terms.excluded.is_empty() {
            terms.optional.clear();
        }
        Ok(terms)
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        self.required.iter().all(|needle| needle.is_in(message))
            && !self.excluded.iter().any(|needle| needle.is_in(message))
            && (self.optional.is_empty()
                || self.optional.iter().any(|needle| needle.is_in(message)))
    }
}

impl Needle {
    /// Reads a term after its prefix; `start` is where the prefix stands.
    fn parse(cursor: &mut Cursor<'_>, start: usize) -> Result<Needle, Diagnostic> {
        let needle = match cursor.peek() {
            Some('"') => Needle::text(&cursor.quoted()?),
            Some('%') => Needle::Regex(regex_term::parse(cursor)?),
            _ => {
                let word = cursor.take_while(|c| c.is_alphanumeric() || c == '_');
                if word.is_empty() {
                    return Err(bad_term(cursor, start));
                }
                Needle::text(word)
            }
        };
        match cursor.peek() {
            Some(c) if !is_blank(c) => Err(bad_term(cursor, start)),
            _ => Ok(needle),
        }
    }

    fn text(text: &str) -> Needle {
        if text.chars().all(is_blank) {
            Needle::Always
        } else {
            Needle::Text(Box::new(Finder::new(text).into_owned()))
        }
    }

    fn is_in(&self, message: &str) -> bool {
        match self {
            Needle::Always => true,
            Needle::Text(finder) => finder.find(message.as_bytes()).is_some(),
            Needle::Regex(regex) => regex.is_match(message),
        }
    }
}

fn bad_term(cursor: &mut Cursor<'_>, start: usize) -> Diagnostic {
    cursor.bad_piece(
        start,
        is_blank,
        "a term is a word of letters, digits and `_`; put anything else in double quotes, \
         with `-` or `?` before the quote",
    )
}
