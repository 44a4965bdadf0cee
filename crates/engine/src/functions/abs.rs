//! `abs(a)` (spec 7.1).

use flowgauge_event::Number;

use super::numeric::{map_numbers, number_type};
use crate::function::Scalar;

/// `abs(a)`: integers stay integers.
pub static ABS: Scalar = Scalar {
    name: "abs",
    returns: number_type,
    invoke: |args| map_numbers(args, absolute),
};

fn absolute(number: Number) -> Option<Number> {
    match number {
        // The smallest integer has no positive counterpart in 64 bits.
        Number::Int(value) => match value.checked_abs() {
            Some(value) => Some(Number::Int(value)),
            None => Number::from_f64((value as f64).abs()),
        },
        Number::Float(value) => Number::from_f64(value.abs()),
    }
}
