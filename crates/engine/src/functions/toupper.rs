//! `toupper(s)` (spec 7.6).

use arrow::array::ArrayRef;
use datafusion::common::Result;

use super::text_column::{Mapped, map_texts};
use crate::function::{Args, Scalar};
use crate::types;

/// `toupper(s)`: the text in upper case, by the rules of Unicode.
pub static TOUPPER: Scalar = Scalar {
    name: "toupper",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    map_texts(&args.texts(0)?, |_, text, out| {
        if !text.is_ascii() {
            out.push_str(&text.to_uppercase());
        } else if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            out.push_str(text);
            out.make_ascii_uppercase();
        } else {
            return Mapped::Whole;
        }
        Mapped::Built
    })
}
