//! `least(a, …)` (spec 7.1).

use std::cmp::Ordering;

use super::numeric::{fold_numbers, number_type};
use crate::function::Scalar;

/// `least(a, …)`: the smallest number; what is no number is skipped.
pub static LEAST: Scalar = Scalar {
    name: "least",
    returns: number_type,
    invoke: |args| {
        fold_numbers(args, |a, b| match a.compare(b) {
            Ordering::Greater => b,
            _ => a,
        })
    },
};
