//! `log(a)` (spec 7.1).

use super::numeric::{float_type, map_floats};
use crate::function::Scalar;

/// `log(a)`: natural logarithm; zero and negative numbers give NaN or an infinity, which are missing.
pub static LOG: Scalar = Scalar {
    name: "log",
    returns: float_type,
    invoke: |args| map_floats(args, f64::ln),
};
