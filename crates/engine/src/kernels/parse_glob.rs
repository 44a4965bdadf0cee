//! `parse f "a * b" as x`: literals in order, each star the shortest text up to the next literal
//! (spec 5.5).
//!
//! Arguments: the value, the number of captures, the literals (one more than the captures), then
//! the numbers of the captures that somebody uses. The result is a struct with one text field per
//! used capture, so that a line is scanned once however many names are used.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewArray, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, internal_err};
use flowgauge_event::Number;
use memchr::memmem::Finder;

use crate::function::{Args, Scalar};
use crate::functions::text_column::TextColumn;
use crate::types::TEXT;

/// `_parse_glob(value, stars, literal…, used…)`
pub static PARSE_GLOB: Scalar = Scalar {
    name: "_parse_glob",
    returns,
    invoke,
};

/// The struct for `count` captures: fields `0`, `1`, …
pub fn capture_fields(count: usize) -> Fields {
    (0..count)
        .map(|index| Field::new(index.to_string(), TEXT, true))
        .collect()
}

fn returns(types: &[DataType]) -> DataType {
    // The used captures follow the literals as integers; literals are text.
    let used = types
        .iter()
        .skip(2)
        .filter(|t| **t == DataType::Int64)
        .count();
    DataType::Struct(capture_fields(used))
}

fn invoke(args: &Args) -> Result<ArrayRef> {
    let integer = |index: usize| match args.constant_number(index) {
        Some(Number::Int(value)) => usize::try_from(value).ok(),
        _ => None,
    };
    let Some(stars) = integer(1) else {
        return internal_err!("_parse_glob needs the number of stars");
    };
    let mut literals = Vec::with_capacity(stars + 1);
    for index in 0..=stars {
        let Some(text) = args.constant_text(2 + index) else {
            return internal_err!("_parse_glob needs constant literals");
        };
        literals.push(text);
    }
    let used: Vec<usize> = (3 + stars..args.len()).filter_map(integer).collect();
    let values = args.texts(0)?;
    let columns = match separator(&literals) {
        Some(separator) => {
            let find =
                |value: &[u8], captures: &mut [(usize, usize)]| split(value, separator, captures);
            captured(&values, stars, &used, find)?
        }
        None => {
            let literals: Vec<Literal> = literals.iter().map(|text| Literal::new(text)).collect();
            let find = |value: &[u8], captures: &mut [(usize, usize)]| {
                match_glob(value, &literals, captures)
            };
            captured(&values, stars, &used, find)?
        }
    };
    Ok(Arc::new(StructArray::try_new_with_length(
        capture_fields(columns.len()),
        columns,
        None,
        args.rows,
    )?))
}

/// The columns of the used captures; `find` says where the captures of a value are, or that it does
/// not match.
fn captured(
    values: &StringViewArray,
    stars: usize,
    used: &[usize],
    find: impl Fn(&[u8], &mut [(usize, usize)]) -> bool,
) -> Result<Vec<ArrayRef>> {
    let mut columns: Vec<TextColumn> = used.iter().map(|_| TextColumn::new(values)).collect();
    let mut captures = vec![(0, 0); stars];
    for row in 0..values.len() {
        let matched = values.is_valid(row) && find(values.value(row).as_bytes(), &mut captures);
        for (column, &capture) in columns.iter_mut().zip(used) {
            if matched {
                let (start, end) = captures[capture];
                column.push_part(row, start..end);
            } else {
                column.push_missing();
            }
        }
    }
    columns.into_iter().map(TextColumn::finish).collect()
}

/// The byte that stands between all stars, if nothing stands before the first or after the last.
pub fn separator(literals: &[String]) -> Option<u8> {
    let [first, inner @ .., last] = literals else {
        return None;
    };
    let &[separator] = inner.first()?.as_bytes() else {
        return None;
    };
    let plain = first.is_empty() && last.is_empty();
    (plain
        && inner
            .iter()
            .all(|literal| literal.as_bytes() == [separator]))
    .then_some(separator)
}

/// Splits a value at a byte into as many captures as there are; the last one takes the rest.
fn split(value: &[u8], separator: u8, captures: &mut [(usize, usize)]) -> bool {
    let Some(last) = captures.len().checked_sub(1) else {
        return false;
    };
    let (mut start, mut found) = (0, 0);
    let (words, rest) = value.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let mut equal = equal_bytes(u64::from_le_bytes(*word), separator);
        while equal != 0 {
            if found == last {
                captures[last] = (start, value.len());
                return true;
            }
            let end = at * 8 + equal.trailing_zeros() as usize / 8;
            captures[found] = (start, end);
            start = end + 1;
            found += 1;
            equal &= equal - 1;
        }
    }
    for (at, &byte) in rest.iter().enumerate() {
        if byte == separator && found < last {
            let end = words.len() * 8 + at;
            captures[found] = (start, end);
            start = end + 1;
            found += 1;
        }
    }
    captures[last] = (start, value.len());
    found == last
}

/// The top bit of every byte of `word` that is `byte`.
fn equal_bytes(word: u64, byte: u8) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let different = word ^ (u64::from(byte) * 0x0101_0101_0101_0101);
    // No carry leaves a byte, so no byte tells wrong things of its neighbour.
    !(((different & LOW) + LOW) | different | LOW)
}

/// A literal to find after a star.
struct Literal {
    finder: Finder<'static>,
    length: usize,
}

impl Literal {
    fn new(text: &str) -> Literal {
        Literal {
            length: text.len(),
            finder: Finder::new(text.as_bytes()).into_owned(),
        }
    }
}

/// Matches one value; `captures` then holds the byte range of every star.
fn match_glob(value: &[u8], literals: &[Literal], captures: &mut [(usize, usize)]) -> bool {
    let first = &literals[0];
    // A pattern that begins with a star captures from the very start; one that begins with text
    // may begin anywhere.
    let mut at = match first.finder.find(value) {
        Some(found) => found + first.length,
        None => return false,
    };
    for (index, literal) in literals[1..].iter().enumerate() {
        let last = index + 2 == literals.len();
        let end = if literal.length == 0 {
            // A final star runs to the end; between stars an empty literal ends at once.
            if last { value.len() } else { at }
        } else {
            match literal.finder.find(&value[at..]) {
                Some(found) => at + found,
                None => return false,
            }
        };
        captures[index] = (at, end);
        at = end + literal.length;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn splitting_is_matching(value in "[ a,é]{0,40}", stars in 2..9usize) {
            let texts: Vec<String> = (0..=stars)
                .map(|at| if at == 0 || at == stars { "" } else { " " }.to_owned())
                .collect();
            prop_assert_eq!(separator(&texts), Some(b' '));
            let literals: Vec<Literal> = texts.iter().map(|text| Literal::new(text)).collect();
            let (mut fast, mut slow) = (vec![(0, 0); stars], vec![(0, 0); stars]);
            let found = match_glob(value.as_bytes(), &literals, &mut slow);
            prop_assert_eq!(split(value.as_bytes(), b' ', &mut fast), found);
            if found {
                prop_assert_eq!(fast, slow);
            }
        }
    }

    #[test]
    fn only_one_byte_between_all_stars_separates() {
        for (literals, expected) in [
            (&["", ",", ",", ""][..], Some(b',')),
            (&["", ",", " ", ""], None),
            (&["", ", ", ""], None),
            (&["", "", ""], None),
            (&["a", ",", ""], None),
            (&["", ",", "a"], None),
            (&["", ""], None),
        ] {
            let literals: Vec<String> = literals.iter().map(|&text| text.to_owned()).collect();
            assert_eq!(separator(&literals), expected, "{literals:?}");
        }
    }
}
