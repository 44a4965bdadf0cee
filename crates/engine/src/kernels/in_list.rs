//! `a in [b, c]`: equality (spec 4.2) with any element of a constant list.
//!
//! Arguments: the value, then the elements. The elements are sorted out once a batch: numbers into
//! one list, other text into another, so a row costs one conversion and two lookups.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, BooleanBuilder, Int64Array};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;

use crate::function::{Args, Scalar};
use crate::values::{self, Numbers};

/// `_in(value, element, …)`
pub static IN_LIST: Scalar = Scalar {
    name: "_in",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let mut numbers: Vec<Number> = Vec::new();
    let mut texts: HashSet<String> = HashSet::new();
    for index in 1..args.len() {
        match args.constant_number(index) {
            Some(number) => numbers.push(number),
            None => texts.extend(args.constant_text(index)),
        }
    }
    numbers.sort_by(|a, b| a.compare(*b));
    let value = args.array(0)?;
    let value_numbers = values::numbers(&value)?;
    if let (Numbers::Int(values), Some(wanted)) = (&value_numbers, integers(&numbers)) {
        return Ok(Arc::new(integers_in(values, &wanted)));
    }
    // A time never equals text.
    let value_texts = match value.data_type() {
        DataType::Timestamp(_, _) => None,
        _ if texts.is_empty() => None,
        _ => Some(values::texts(&value)?),
    };
    let mut out = BooleanBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        out.append_value(match value_numbers.get(row) {
            Some(number) => numbers
                .binary_search_by(|element| element.compare(number))
                .is_ok(),
            None => value_texts
                .as_ref()
                .is_some_and(|column| column.is_valid(row) && texts.contains(column.value(row))),
        });
    }
    Ok(Arc::new(out.finish()))
}

/// The numbers, if all are integers.
fn integers(numbers: &[Number]) -> Option<Vec<i64>> {
    let integer = |number: &Number| match number {
        Number::Int(value) => Some(*value),
        Number::Float(_) => None,
    };
    numbers.iter().map(integer).collect()
}

/// Longest list that is looked through from end to end, which is faster as long as it is short.
const SHORT: usize = 16;

/// Whether integers are among the wanted ones, which are sorted. What has no number is in no list:
/// a text would be in the column as text.
fn integers_in(values: &Int64Array, wanted: &[i64]) -> BooleanArray {
    let data = values.values();
    let found = if wanted.len() <= SHORT {
        BooleanBuffer::collect_bool(data.len(), |row| wanted.contains(&data[row]))
    } else {
        BooleanBuffer::collect_bool(data.len(), |row| wanted.binary_search(&data[row]).is_ok())
    };
    let found = match values.nulls() {
        Some(present) => &found & present.inner(),
        None => found,
    };
    BooleanArray::new(found, None)
}
