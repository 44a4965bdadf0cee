//! `jsonParse(s)` (spec 7.4).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, LargeStringBuilder};
use datafusion::common::Result;
use flowgauge_format::json_scan::Kind;
use flowgauge_format::json_scan::access::root;

use super::json_text::documents;
use crate::function::{Args, Scalar};
use crate::types;

/// `jsonParse(s)`: text as a map or list; anything but an object or array is missing.
pub static JSON_PARSE: Scalar = Scalar {
    name: "jsonparse",
    returns: |_| types::JSON,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let value = args.array(0)?;
    if *value.data_type() == types::LIST {
        return Ok(arrow::compute::cast(&value, &types::JSON)?);
    }
    let texts = documents(&value)?;
    let bytes = texts.total_buffer_bytes_used();
    let mut out = LargeStringBuilder::with_capacity(args.rows, bytes);
    for row in 0..args.rows {
        // Other kinds of JSON values rely on the text to start with its bracket.
        out.append_option(
            texts
                .is_valid(row)
                .then(|| container(texts.value(row)))
                .flatten(),
        );
    }
    Ok(Arc::new(out.finish()))
}

/// The text of an object or array without the blanks around it.
fn container(text: &str) -> Option<&str> {
    // Most text that is no JSON is told by its first character, without a scan.
    if !text.trim_ascii_start().starts_with(['{', '[']) {
        return None;
    }
    let value = root(text)?;
    matches!(value.kind, Kind::Object | Kind::Array).then_some(value.text)
}
