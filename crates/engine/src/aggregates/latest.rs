//! `latest(x)`: the value in the event with the greatest `@timestamp` (spec 7.7).
//!
//! Lowering adds `@timestamp` and the position of the row as arguments.

use super::selector::{End, pick};
use super::udaf::Aggregate;

/// `latest(x, @timestamp, position)`.
pub(super) static LATEST: Aggregate = Aggregate {
    name: "latest",
    arguments: 3,
    returns: pick::returns,
    state: pick::state_types,
    create: |call| pick::create(call, End::Latest),
};
