//! `strlen(s)` (spec 7.6).

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use crate::function::{Args, Scalar};

/// `strlen(s)`: length in Unicode code points.
pub static STRLEN: Scalar = Scalar {
    name: "strlen",
    returns: |_| DataType::Int64,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let lengths: Int64Array = args
        .texts(0)?
        .iter()
        .map(|text| Some(text?.chars().count() as i64))
        .collect();
    Ok(Arc::new(lengths))
}
