//! `jsonArraySize(f)` (spec 7.4).

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use datafusion::common::Result;
use flowgauge_format::json_scan::access::array_size;

use super::json_text::documents;
use super::numeric::integer_type;
use crate::function::{Args, Scalar};

/// `jsonArraySize(f)`: number of elements of a list or of text that holds a JSON array.
pub static JSON_ARRAY_SIZE: Scalar = Scalar {
    name: "jsonarraysize",
    returns: integer_type,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let sizes: Int64Array = documents(&args.array(0)?)?
        .iter()
        .map(|json| i64::try_from(array_size(json?)?).ok())
        .collect();
    Ok(Arc::new(sizes))
}
