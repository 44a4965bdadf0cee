//! `max(x)`: the greatest value; text in the order of `sort` (spec 7.7).

use std::cmp::Ordering;

use super::extreme::{self, Text};
use super::udaf::Aggregate;

/// `max(x)`.
pub(super) static MAX: Aggregate = Aggregate {
    name: "max",
    arguments: 1,
    returns: |types| extreme::returns(types, Text::YieldsToNumbers),
    state: |types| extreme::state_types(types, Text::YieldsToNumbers),
    create: |call| extreme::create(call, Ordering::Greater, Text::YieldsToNumbers),
};
