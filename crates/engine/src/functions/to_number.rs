//! `toNumber(a)` (spec 4.2, 7.1).

use super::numeric::{map_numbers, number_type};
use crate::function::Scalar;

/// `toNumber(a)`: integers exactly, everything else as floats.
pub static TO_NUMBER: Scalar = Scalar {
    name: "tonumber",
    returns: number_type,
    invoke: |args| map_numbers(args, Some),
};
