//! What `ltrim`, `rtrim` and `trim` share.

use std::ops::Range;

use arrow::array::ArrayRef;
use datafusion::common::Result;

use super::operand::Operand;
use super::text_column::{Mapped, map_texts};
use crate::function::Args;

/// The ends to trim.
#[derive(Debug, Clone, Copy)]
pub struct Ends {
    /// Trim the start.
    pub start: bool,
    /// Trim the end.
    pub end: bool,
}

/// The first argument without white space at the ends, or without the characters of the second.
pub fn trimmed(args: &Args, ends: Ends) -> Result<ArrayRef> {
    let values = args.texts(0)?;
    if args.len() < 2 {
        return map_texts(&values, |_, text, _| {
            Mapped::Part(rest(text, ends, char::is_whitespace))
        });
    }
    let set = Operand::new(args, 1, Set::new)?;
    map_texts(&values, |row, text, _| {
        let range = set.with(row, |set| rest(text, ends, |c| set.contains(c)));
        range.map_or(Mapped::Missing, Mapped::Part)
    })
}

fn rest(text: &str, ends: Ends, unwanted: impl Fn(char) -> bool) -> Range<usize> {
    let mut rest = text;
    if ends.end {
        rest = rest.trim_end_matches(&unwanted);
    }
    let end = rest.len();
    if ends.start {
        rest = rest.trim_start_matches(&unwanted);
    }
    end - rest.len()..end
}

/// A set of characters.
struct Set {
    /// One bit for each ASCII character.
    ascii: u128,
    others: Vec<char>,
}

impl Set {
    fn new(characters: &str) -> Set {
        let mut set = Set {
            ascii: 0,
            others: Vec::new(),
        };
        for c in characters.chars() {
            match c.is_ascii() {
                true => set.ascii |= 1 << u32::from(c),
                false => set.others.push(c),
            }
        }
        set
    }

    fn contains(&self, c: char) -> bool {
        match c.is_ascii() {
            true => self.ascii >> u32::from(c) & 1 == 1,
            false => self.others.contains(&c),
        }
    }
}
