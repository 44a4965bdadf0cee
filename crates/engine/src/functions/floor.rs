//! `floor(a)` (spec 7.1).

use super::numeric::{map_whole, whole_type};
use crate::function::Scalar;

/// `floor(a)`: the largest integer that is not above `a`.
pub static FLOOR: Scalar = Scalar {
    name: "floor",
    returns: whole_type,
    invoke: |args| map_whole(args, f64::floor),
};
