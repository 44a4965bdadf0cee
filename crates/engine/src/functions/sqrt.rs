//! `sqrt(a)` (spec 7.1).

use super::numeric::{float_type, map_floats};
use crate::function::Scalar;

/// `sqrt(a)`: square root; that of a negative number is missing.
pub static SQRT: Scalar = Scalar {
    name: "sqrt",
    returns: float_type,
    invoke: |args| map_floats(args, f64::sqrt),
};
