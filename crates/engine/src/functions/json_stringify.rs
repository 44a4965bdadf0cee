//! `jsonStringify(m)` (spec 7.4).

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::nullif;
use datafusion::common::Result;

use super::json_text::{container, documents};
use crate::function::{Args, Scalar};
use crate::types;

/// `jsonStringify(m)`: a map or list as text; anything else is missing. A container of an event is
/// text already (spec 8.4) and stays as it is.
pub static JSON_STRINGIFY: Scalar = Scalar {
    name: "jsonstringify",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let texts = documents(&args.array(0)?)?;
    let other: BooleanArray = texts
        .iter()
        .map(|text| Some(text.and_then(container).is_none()))
        .collect();
    Ok(nullif(&texts, &other)?)
}
