//! `substr(s, start[, length])` (spec 7.6).

use std::ops::Range;

use arrow::array::ArrayRef;
use datafusion::common::Result;
use flowgauge_event::Number;

use super::text_column::{Mapped, map_texts};
use crate::function::{Args, Scalar};
use crate::types;
use crate::values::Numbers;

/// `substr(s, start[, length])`: the code points from `start` on, counted from 0. Negative numbers
/// count as 0, fractions are cut off, and behind the end there is empty text.
pub static SUBSTR: Scalar = Scalar {
    name: "substr",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let values = args.texts(0)?;
    let start = Count::new(args, 1)?;
    let length = match args.len() {
        2 => Count::Constant(usize::MAX),
        _ => Count::new(args, 2)?,
    };
    map_texts(&values, |row, text, _| {
        match (start.get(row), length.get(row)) {
            (Some(start), Some(length)) => Mapped::Part(part(text, start, length)),
            _ => Mapped::Missing,
        }
    })
}

/// A number of characters.
enum Count {
    Constant(usize),
    Column(Numbers),
}

impl Count {
    fn new(args: &Args, index: usize) -> Result<Count> {
        Ok(match args.constant_number(index).and_then(whole) {
            Some(count) => Count::Constant(count),
            None => Count::Column(args.numbers(index)?),
        })
    }

    fn get(&self, row: usize) -> Option<usize> {
        match self {
            Count::Constant(count) => Some(*count),
            Count::Column(numbers) => numbers.get(row).and_then(whole),
        }
    }
}

fn whole(number: Number) -> Option<usize> {
    // A count beyond the address space is beyond every text.
    number
        .truncate()
        .map(|count| usize::try_from(count.max(0)).unwrap_or(usize::MAX))
}

fn part(text: &str, start: usize, length: usize) -> Range<usize> {
    if text.is_ascii() {
        let start = start.min(text.len());
        return start..start.saturating_add(length).min(text.len());
    }
    let offset = |text: &str, count: usize| {
        text.char_indices()
            .nth(count)
            .map_or(text.len(), |(offset, _)| offset)
    };
    let from = offset(text, start);
    from..from + offset(&text[from..], length)
}
