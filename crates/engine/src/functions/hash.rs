//! What the hash functions share.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewBuilder};
use datafusion::common::Result;
use sha2::Digest;

use crate::function::Args;

/// The hash of the UTF-8 bytes of the first argument, in lower-case hexadecimal (spec 7.9).
pub fn hex_digest<D: Digest>(args: &Args) -> Result<ArrayRef> {
    let texts = args.texts(0)?;
    let mut out = StringViewBuilder::with_capacity(args.rows);
    let mut hex = String::with_capacity(64);
    for row in 0..args.rows {
        if texts.is_null(row) {
            out.append_null();
            continue;
        }
        hex.clear();
        for byte in D::digest(texts.value(row)) {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        out.append_value(&hex);
    }
    Ok(Arc::new(out.finish()))
}
