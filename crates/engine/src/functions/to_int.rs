//! `toInt(a)` (spec 4.2, 7.1).

use flowgauge_event::Number;

use super::numeric::{integer_type, map_integers};
use crate::function::Scalar;

/// `toInt(a)`: cut to an integer; missing outside the 32-bit range.
pub static TO_INT: Scalar = Scalar {
    name: "toint",
    returns: integer_type,
    invoke: |args| map_integers(args, to_int),
};

fn to_int(number: Number) -> Option<i64> {
    number
        .truncate()
        .filter(|value| i32::try_from(*value).is_ok())
}
