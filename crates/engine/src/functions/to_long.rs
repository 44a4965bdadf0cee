//! `toLong(a)` (spec 4.2, 7.1).

use flowgauge_event::Number;

use super::numeric::{integer_type, map_integers};
use crate::function::Scalar;

/// `toLong(a)`: cut to an integer; missing outside the 64-bit range.
pub static TO_LONG: Scalar = Scalar {
    name: "tolong",
    returns: integer_type,
    invoke: |args| map_integers(args, Number::truncate),
};
