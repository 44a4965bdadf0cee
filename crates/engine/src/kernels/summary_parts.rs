//! `_summary_parts(last)`: what a row becomes under `addtotals col=true`: itself, and behind the
//! last row the row of sums.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field};
use datafusion::common::Result;

use crate::function::{Args, Scalar};

/// `_summary_parts(last)`: a list of booleans that tell the row of sums.
pub static SUMMARY_PARTS: Scalar = Scalar {
    name: "_summary_parts",
    returns: |_| DataType::List(Arc::new(item())),
    invoke,
};

fn item() -> Field {
    Field::new("item", DataType::Boolean, true)
}

fn invoke(args: &Args) -> Result<ArrayRef> {
    let last = args.truth(0)?;
    let lengths = last.iter().map(|last| match last {
        Some(true) => 2,
        _ => 1,
    });
    let offsets = OffsetBuffer::from_lengths(lengths);
    let mut parts = BooleanBuilder::new();
    for last in &last {
        parts.append_value(false);
        if last == Some(true) {
            parts.append_value(true);
        }
    }
    let parts = Arc::new(parts.finish());
    Ok(Arc::new(ListArray::try_new(
        Arc::new(item()),
        offsets,
        parts,
        None,
    )?))
}
