//! `base64encode(s)` (spec 7.6).

use arrow::array::ArrayRef;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use datafusion::common::Result;

use super::text_column::{Mapped, map_texts};
use crate::function::{Args, Scalar};
use crate::types;

/// `base64encode(s)`: the UTF-8 bytes in base64, standard alphabet with padding.
pub static BASE64ENCODE: Scalar = Scalar {
    name: "base64encode",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    map_texts(&args.texts(0)?, |_, text, out| {
        STANDARD.encode_string(text, out);
        Mapped::Built
    })
}
