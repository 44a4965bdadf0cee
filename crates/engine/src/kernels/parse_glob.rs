//! `parse f "a * b" as x`: literals in order, each star the shortest text up to the next literal
//! (spec 5.5).
//!
//! Arguments: the value, the number of captures, the literals (one more than the captures), then
//! the numbers of the captures that somebody uses. The result is a struct with one text field per
//! used capture, so that a line is scanned once however many names are used.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewArray, StructArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, internal_err};
use flowgauge_event::Number;
use memchr::memmem::Finder;

use crate::function::{Args, Scalar};
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

/// One step of matching: the literal to find after a star.
struct Literal {
    finder: Finder<'static>,
    length: usize,
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
        literals.push(Literal {
            length: text.len(),
            finder: Finder::new(text.as_bytes()).into_owned(),
        });
    }
    let used: Vec<usize> = (3 + stars..args.len()).filter_map(integer).collect();
    let values = args.texts(0)?;
    let mut views: Vec<Vec<u128>> = used.iter().map(|_| Vec::with_capacity(args.rows)).collect();
    let mut valid = Vec::with_capacity(args.rows);
    let mut captures = vec![(0usize, 0usize); stars];
    for row in 0..values.len() {
        let matched = values.is_valid(row)
            && match_glob(values.value(row).as_bytes(), &literals, &mut captures);
        valid.push(matched);
        for (out, &capture) in views.iter_mut().zip(&used) {
            out.push(if matched {
                let (start, end) = captures[capture];
                sub_view(&values, row, start, end)
            } else {
                0
            });
        }
    }
    let nulls = NullBuffer::from(valid);
    let columns: Vec<ArrayRef> = views
        .into_iter()
        .map(|views| {
            // Every view lies inside a valid value of `values`, on the borders of literals.
            let column = StringViewArray::try_new(
                ScalarBuffer::from(views),
                values.data_buffers().to_vec(),
                Some(nulls.clone()),
            );
            column.map(|column| Arc::new(column) as ArrayRef)
        })
        .collect::<std::result::Result<_, _>>()?;
    if columns.is_empty() {
        return Ok(Arc::new(StructArray::new_empty_fields(
            args.rows,
            Some(nulls),
        )));
    }
    Ok(Arc::new(StructArray::new(
        capture_fields(columns.len()),
        columns,
        None,
    )))
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

/// The view of `value[start..end]` of a row, sharing the row's buffer.
fn sub_view(values: &StringViewArray, row: usize, start: usize, end: usize) -> u128 {
    let bytes = &values.value(row).as_bytes()[start..end];
    let view = values.views()[row];
    // A value of up to 12 bytes has no buffer, but neither has any part of it.
    let (buffer, offset) = ((view >> 64) as u32, (view >> 96) as u32);
    flowgauge_format::columns::view(bytes, buffer, offset as usize + start)
}
