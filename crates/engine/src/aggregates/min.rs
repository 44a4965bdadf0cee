//! `min(x)`: the smallest value; text in the order of `sort` (spec 7.7).

use std::cmp::Ordering;

use super::extreme;
use super::udaf::Aggregate;

/// `min(x)`.
pub(super) static MIN: Aggregate = Aggregate {
    name: "min",
    arguments: 1,
    returns: extreme::returns,
    state: extreme::state_types,
    create: |call| extreme::create(call, Ordering::Less, extreme::Text::YieldsToNumbers),
};
