//! `greatest(a, …)` (spec 7.1).

use std::cmp::Ordering;

use super::numeric::{fold_numbers, number_type};
use crate::function::Scalar;

/// `greatest(a, …)`: the largest number; what is no number is skipped.
pub static GREATEST: Scalar = Scalar {
    name: "greatest",
    returns: number_type,
    invoke: |args| {
        fold_numbers(args, |a, b| match a.compare(b) {
            Ordering::Less => b,
            _ => a,
        })
    },
};
