//! `max(x)`: the greatest value; text in the order of `sort` (spec 7.7).

use std::cmp::Ordering;

use super::extreme;
use super::udaf::Aggregate;

/// `max(x)`.
pub(super) static MAX: Aggregate = Aggregate {
    name: "max",
    arguments: 1,
    returns: extreme::returns,
    state: extreme::state_types,
    create: |call| extreme::create(call, Ordering::Greater, extreme::Text::YieldsToNumbers),
};
