//! `jsonStringify(m)` (spec 7.4).

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringViewArray, new_null_array};
use arrow::compute::cast;
use datafusion::common::Result;

use crate::function::{Args, Scalar};
use crate::types;

/// `jsonStringify(m)`: a map or list as text; anything else is missing.
pub static JSON_STRINGIFY: Scalar = Scalar {
    name: "jsonstringify",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let value = args.array(0)?;
    if *value.data_type() != types::JSON && *value.data_type() != types::LIST {
        return Ok(new_null_array(&types::TEXT, args.rows));
    }
    let json = cast(&value, &types::TEXT)?;
    let texts: StringViewArray = json
        .as_string_view()
        .iter()
        .map(|json| json.filter(|json| json.starts_with(['{', '['])))
        .collect();
    Ok(Arc::new(texts))
}
