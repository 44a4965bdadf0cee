//! `rtrim(s[, set])` (spec 7.6).

use super::trimming::{Ends, trimmed};
use crate::function::Scalar;
use crate::types;

/// `rtrim(s[, set])`: the text without white space at the end, or without the characters of `set` there.
pub static RTRIM: Scalar = Scalar {
    name: "rtrim",
    returns: |_| types::TEXT,
    invoke: |args| {
        let ends = Ends {
            start: false,
            end: true,
        };
        trimmed(args, ends)
    },
};
