//! `urlencode(s)` (spec 7.6).

use arrow::array::ArrayRef;
use datafusion::common::Result;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::text_column::{Mapped, map_texts};
use crate::function::{Args, Scalar};
use crate::types;

/// Everything but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// `urlencode(s)`: the text in percent-encoding; a blank becomes `%20`.
pub static URLENCODE: Scalar = Scalar {
    name: "urlencode",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    map_texts(&args.texts(0)?, |_, text, out| {
        out.extend(utf8_percent_encode(text, ENCODED));
        Mapped::Built
    })
}
