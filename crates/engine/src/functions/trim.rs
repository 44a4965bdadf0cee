//! `trim(s[, set])` (spec 7.6).

use super::trimming::{Ends, trimmed};
use crate::function::Scalar;
use crate::types;

/// `trim(s[, set])`: the text without white space at both ends, or without the characters of `set` there.
pub static TRIM: Scalar = Scalar {
    name: "trim",
    returns: |_| types::TEXT,
    invoke: |args| {
        let ends = Ends {
            start: true,
            end: true,
        };
        trimmed(args, ends)
    },
};
