//! `messageSize(f)` (spec 7.3).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::buffer::ScalarBuffer;
use datafusion::common::Result;

use super::numeric::integer_type;
use crate::function::{Args, Scalar};

/// `messageSize(f)`: length in UTF-8 bytes.
pub static MESSAGE_SIZE: Scalar = Scalar {
    name: "messagesize",
    returns: integer_type,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let texts = args.texts(0)?;
    // The low half of a view is the length, so the text itself is not touched.
    let sizes: ScalarBuffer<i64> = texts
        .views()
        .iter()
        .map(|view| i64::from(*view as u32))
        .collect();
    Ok(Arc::new(Int64Array::new(sizes, texts.nulls().cloned())))
}
