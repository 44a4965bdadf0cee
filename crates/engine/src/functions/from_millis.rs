//! `fromMillis(n)` (spec 7.2).

use super::times::map_times;
use crate::function::Scalar;
use crate::types;

/// `fromMillis(n)`: epoch milliseconds as a time.
pub static FROM_MILLIS: Scalar = Scalar {
    name: "frommillis",
    returns: |_| types::TIME,
    invoke: |args| map_times(args, |time| time),
};
