//! `hexToAscii(s)` (spec 7.6).

use arrow::array::ArrayRef;
use datafusion::common::Result;

use super::text_column::{Mapped, map_texts};
use crate::function::{Args, Scalar};
use crate::types;

/// `hexToAscii(s)`: the text whose bytes are written in hexadecimal pairs. Broken pairs, or bytes
/// that are no UTF-8 text, give a missing value.
pub static HEX_TO_ASCII: Scalar = Scalar {
    name: "hextoascii",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    map_texts(&args.texts(0)?, |_, text, out| match decoded(text) {
        Some(decoded) => {
            *out = decoded;
            Mapped::Built
        }
        None => Mapped::Missing,
    })
}

fn decoded(text: &str) -> Option<String> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let bytes: Option<Vec<u8>> = pairs
        .iter()
        .map(|[high, low]| Some((digit(*high)? << 4 | digit(*low)?) as u8))
        .collect();
    String::from_utf8(bytes?).ok()
}
