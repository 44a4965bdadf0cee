//! `urldecode(s)` (spec 7.6).

use arrow::array::ArrayRef;
use datafusion::common::Result;
use percent_encoding::percent_decode_str;

use super::text_column::{Mapped, map_texts};
use crate::function::{Args, Scalar};
use crate::types;

/// `urldecode(s)`: the text behind percent-encoding; `+` stays. Broken encoding, or bytes that are
/// no UTF-8 text, give a missing value.
pub static URLDECODE: Scalar = Scalar {
    name: "urldecode",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    map_texts(&args.texts(0)?, |_, text, out| {
        if !text.contains('%') {
            return Mapped::Whole;
        }
        // The decoder keeps what is broken, so that is found first.
        let broken = memchr::memchr_iter(b'%', text.as_bytes()).any(|at| {
            let digits = text.as_bytes().get(at + 1..at + 3);
            !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        });
        if broken {
            return Mapped::Missing;
        }
        match percent_decode_str(text).decode_utf8() {
            Ok(decoded) => {
                out.push_str(&decoded);
                Mapped::Built
            }
            Err(_) => Mapped::Missing,
        }
    })
}
