//! `ceil(a)` (spec 7.1).

use super::numeric::{map_whole, whole_type};
use crate::function::Scalar;

/// `ceil(a)`: the smallest integer that is not below `a`.
pub static CEIL: Scalar = Scalar {
    name: "ceil",
    returns: whole_type,
    invoke: |args| map_whole(args, f64::ceil),
};
