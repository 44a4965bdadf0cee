//! `jsonParse(s)` (spec 7.4).

use std::sync::Arc;

use arrow::array::{ArrayRef, LargeStringBuilder};
use datafusion::common::Result;

use super::json_text::{container, documents};
use crate::function::{Args, Scalar};
use crate::types;

/// `jsonParse(s)`: text as a map or list; anything but an object or array is missing.
pub static JSON_PARSE: Scalar = Scalar {
    name: "jsonparse",
    returns: |_| types::JSON,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let texts = documents(&args.array(0)?)?;
    let bytes = texts.total_buffer_bytes_used();
    let mut out = LargeStringBuilder::with_capacity(args.rows, bytes);
    for text in &texts {
        out.append_option(text.and_then(container));
    }
    Ok(Arc::new(out.finish()))
}
