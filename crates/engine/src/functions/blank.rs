//! What `isempty` and `isblank` share: tests that also hold for missing values.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::Result;

use crate::function::Args;
use crate::values;

/// Whether the first argument is missing or its text passes the test. A map or list has no text,
/// yet it is there: the result is missing.
pub fn missing_or(args: &Args, test: impl Fn(&str) -> bool) -> Result<ArrayRef> {
    let column = args.array(0)?;
    let texts = values::texts(&column)?;
    let printed = values::printed(&column)?;
    let flags: BooleanArray = (0..column.len())
        .map(|row| {
            if texts.is_valid(row) {
                Some(test(texts.value(row)))
            } else {
                printed.is_null(row).then_some(true)
            }
        })
        .collect();
    Ok(Arc::new(flags))
}
