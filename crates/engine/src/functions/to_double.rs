//! `toDouble(a)` (spec 4.2, 7.1).

use super::numeric::{float_type, map_floats};
use crate::function::Scalar;

/// `toDouble(a)`: the nearest float.
pub static TO_DOUBLE: Scalar = Scalar {
    name: "todouble",
    returns: float_type,
    invoke: |args| map_floats(args, |value| value),
};
