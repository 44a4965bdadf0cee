//! `isNumeric(f)` (spec 7.3).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;

use crate::function::{Args, Scalar};
use crate::values::{self, Numbers};

/// `isNumeric(f)`: whether the whole value reads as a decimal number; a container is missing, as
/// in every numeric function.
pub static IS_NUMERIC: Scalar = Scalar {
    name: "isnumeric",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let values = args.array(0)?;
    let flags: BooleanArray = match values::numbers(&values)? {
        Numbers::Text(texts) => texts
            .iter()
            .map(|text| text.map(|text| Number::parse(text).is_some()))
            .collect(),
        // What is no text is a number wherever it exists.
        _ => (0..args.rows)
            .map(|row| values.is_valid(row).then_some(true))
            .collect(),
    };
    Ok(Arc::new(flags))
}
