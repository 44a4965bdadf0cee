//! `base64decode(s)` (spec 7.6).

use arrow::array::ArrayRef;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use datafusion::common::Result;

use super::text_column::{Mapped, map_texts};
use crate::function::{Args, Scalar};
use crate::types;

/// `base64decode(s)`: the text behind base64 of the standard alphabet with padding. Broken base64,
/// or bytes that are no UTF-8 text, give a missing value.
pub static BASE64DECODE: Scalar = Scalar {
    name: "base64decode",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let mut bytes = Vec::new();
    map_texts(&args.texts(0)?, |_, text, out| {
        bytes.clear();
        if STANDARD.decode_vec(text, &mut bytes).is_err() {
            return Mapped::Missing;
        }
        match std::str::from_utf8(&bytes) {
            Ok(decoded) => {
                out.push_str(decoded);
                Mapped::Built
            }
            Err(_) => Mapped::Missing,
        }
    })
}
