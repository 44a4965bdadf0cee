//! `ltrim(s[, set])` (spec 7.6).

use super::trimming::{Ends, trimmed};
use crate::function::Scalar;
use crate::types;

/// `ltrim(s[, set])`: the text without white space at the start, or without the characters of `set` there.
pub static LTRIM: Scalar = Scalar {
    name: "ltrim",
    returns: |_| types::TEXT,
    invoke: |args| {
        let ends = Ends {
            start: true,
            end: false,
        };
        trimmed(args, ends)
    },
};
