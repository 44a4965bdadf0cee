//! `= != < <= > >=` on values of any kind (spec 4.2, 4.3).
//!
//! A missing operand or a container makes every comparison false. Two numbers (or what converts
//! fully to numbers) compare by value; a time never matches text; anything else compares as text
//! by code point, except that ordering a text against a number is numeric use, so text that is no
//! number is neither smaller nor larger.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, BooleanBuilder, Int64Array};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;

use crate::function::{Args, Scalar};
use crate::types;
use crate::values::{self, Numbers};

fn boolean(_: &[DataType]) -> DataType {
    DataType::Boolean
}

/// `a = b`
pub static EQUAL: Scalar = Scalar {
    name: "_equal",
    returns: boolean,
    invoke: |args| compare(args, false, |o| o == Ordering::Equal),
};
/// `a != b`
pub static NOT_EQUAL: Scalar = Scalar {
    name: "_not_equal",
    returns: boolean,
    invoke: |args| compare(args, false, |o| o != Ordering::Equal),
};
/// `a < b`
pub static LESS: Scalar = Scalar {
    name: "_less",
    returns: boolean,
    invoke: |args| compare(args, true, |o| o == Ordering::Less),
};
/// `a <= b`
pub static LESS_OR_EQUAL: Scalar = Scalar {
    name: "_less_or_equal",
    returns: boolean,
    invoke: |args| compare(args, true, |o| o != Ordering::Greater),
};
/// `a > b`
pub static GREATER: Scalar = Scalar {
    name: "_greater",
    returns: boolean,
    invoke: |args| compare(args, true, |o| o == Ordering::Greater),
};
/// `a >= b`
pub static GREATER_OR_EQUAL: Scalar = Scalar {
    name: "_greater_or_equal",
    returns: boolean,
    invoke: |args| compare(args, true, |o| o != Ordering::Less),
};

fn is_time(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp(_, _))
}

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8View | DataType::LargeUtf8 | DataType::Utf8
    )
}

/// Compares the arguments. Generic, so that the loops hold each comparison itself.
fn compare(
    args: &Args,
    ordering: bool,
    holds: impl Fn(Ordering) -> bool + Copy,
) -> Result<ArrayRef> {
    let types = (args.values[0].data_type(), args.values[1].data_type());
    // A constant needs its conversion once, not once a row.
    if let Some(constant) = args.constant_number(1).filter(|_| is_text(&types.0)) {
        let text_constant = is_text(&types.1).then(|| args.constant_text(1)).flatten();
        return compare_text_with_number(args, constant, text_constant, ordering, holds);
    }
    if !is_text(&types.0) && !is_text(&types.1) {
        let left = args.numbers(0)?;
        return Ok(Arc::new(match (&left, args.constant_number(1)) {
            (Numbers::Int(ints), Some(Number::Int(constant))) => {
                compare_integers(ints, constant, holds)
            }
            _ => compare_numbers(&left, &args.numbers(1)?, holds),
        }));
    }
    let (left, right) = (args.array(0)?, args.array(1)?);
    let time = is_time(&types.0) || is_time(&types.1);
    let numeric_use = ordering && (!is_text(&types.0) || !is_text(&types.1));
    let (left_text, right_text) = (values::texts(&left)?, values::texts(&right)?);
    let (left_number, right_number) = (values::numbers(&left)?, values::numbers(&right)?);
    let mut out = BooleanBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        let order = if let (Some(a), Some(b)) = (left_number.get(row), right_number.get(row)) {
            Some(a.compare(b))
        } else if time || numeric_use || left_text.is_null(row) || right_text.is_null(row) {
            None
        } else {
            Some(left_text.value(row).cmp(right_text.value(row)))
        };
        out.append_value(order.is_some_and(holds));
    }
    Ok(Arc::new(out.finish()))
}

/// Integers against a constant: what filters on ports and sizes are.
fn compare_integers(
    values: &Int64Array,
    constant: i64,
    holds: impl Fn(Ordering) -> bool,
) -> BooleanArray {
    let data = values.values();
    let met = BooleanBuffer::collect_bool(data.len(), |row| holds(data[row].cmp(&constant)));
    let met = match values.nulls() {
        Some(present) => &met & present.inner(),
        None => met,
    };
    BooleanArray::new(met, None)
}

fn compare_numbers(
    left: &Numbers,
    right: &Numbers,
    holds: impl Fn(Ordering) -> bool,
) -> BooleanArray {
    (0..left.len())
        .map(|row| match (left.get(row), right.get(row)) {
            (Some(a), Some(b)) => Some(holds(a.compare(b))),
            _ => Some(false),
        })
        .collect()
}

/// Text against a constant that is a number (`text` holds its spelling when it was quoted).
fn compare_text_with_number(
    args: &Args,
    constant: Number,
    text: Option<String>,
    ordering: bool,
    holds: impl Fn(Ordering) -> bool,
) -> Result<ArrayRef> {
    let values = args.texts(0)?;
    let printed = text.clone().unwrap_or_else(|| constant.to_string());
    let numeric_use = ordering && text.is_none();
    let mut out = BooleanBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        let holds = values.is_valid(row) && {
            let value = values.value(row);
            match Number::parse_bytes(value.as_bytes()) {
                Some(number) => holds(number.compare(constant)),
                None => !numeric_use && holds(value.cmp(printed.as_str())),
            }
        };
        out.append_value(holds);
    }
    Ok(Arc::new(out.finish()))
}

/// Whether values of the type may be compared as numbers only.
pub fn is_number_kind(data_type: &DataType) -> bool {
    types::is_numeric(data_type) || matches!(data_type, DataType::Boolean)
}
