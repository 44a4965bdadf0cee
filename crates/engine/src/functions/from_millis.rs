//! `fromMillis(n)` (spec 7.2).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, TimestampMillisecondArray};
use datafusion::common::Result;

use crate::function::{Args, Scalar};
use crate::types;

/// `fromMillis(n)`: epoch milliseconds as a time.
pub static FROM_MILLIS: Scalar = Scalar {
    name: "frommillis",
    returns: |_| types::TIME,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let millis = args.times(0)?;
    let nulls = millis.nulls().cloned();
    Ok(Arc::new(TimestampMillisecondArray::new(
        millis.values().clone(),
        nulls,
    )))
}
