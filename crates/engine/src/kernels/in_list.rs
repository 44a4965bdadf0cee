//! `a in [b, c]`: equality (spec 4.2) with any element of a constant list.
//!
//! Arguments: the value, then the elements. The elements are sorted out once a batch: numbers into
//! one list, other text into another, so a row costs one conversion and two lookups.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanBuilder};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;

use crate::function::{Args, Scalar};
use crate::values;

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
