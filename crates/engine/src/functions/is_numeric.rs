//! `isNumeric(f)` (spec 7.3).

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use crate::function::{Args, Scalar};
use crate::values::{self, presence};

/// `isNumeric(f)`: whether the whole value reads as a decimal number.
pub static IS_NUMERIC: Scalar = Scalar {
    name: "isnumeric",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let values = args.array(0)?;
    let present = presence(&values)?;
    let numbers = values::numbers(&values)?;
    let flags: BooleanArray = (0..args.rows)
        .map(|row| present.value(row).then(|| numbers.get(row).is_some()))
        .collect();
    Ok(Arc::new(flags))
}
