//! `earliest(x)`: the value in the event with the smallest `@timestamp` (spec 7.7).
//!
//! Lowering adds `@timestamp` and the position of the row as arguments.

use super::selector::{End, pick};
use super::udaf::Aggregate;

/// `earliest(x, @timestamp, position)`.
pub(super) static EARLIEST: Aggregate = Aggregate {
    name: "earliest",
    arguments: 3,
    returns: pick::returns,
    state: pick::state_types,
    create: |call| pick::create(call, End::Earliest),
};
