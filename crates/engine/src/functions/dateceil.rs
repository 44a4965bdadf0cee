//! `dateceil(time, period)` (spec 7.2).

use crate::function::Scalar;
use crate::types;

use super::times::{constant_period, map_times};

/// `dateceil(time, period)`: the time raised to the next multiple of the period; a boundary stays.
pub static DATECEIL: Scalar = Scalar {
    name: "dateceil",
    returns: |_| types::TIME,
    invoke: |args| {
        let period = constant_period(args, 1)?;
        map_times(args, |time| period.ceil(time))
    },
};
