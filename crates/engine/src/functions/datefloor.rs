//! `datefloor(time, period)` (spec 7.2).

use crate::function::Scalar;
use crate::types;

use super::times::{constant_period, map_times};

/// `datefloor(time, period)`: the time cut down to a multiple of the period.
pub static DATEFLOOR: Scalar = Scalar {
    name: "datefloor",
    returns: |_| types::TIME,
    invoke: |args| {
        let period = constant_period(args, 1)?;
        map_times(args, |time| period.floor(time))
    },
};
