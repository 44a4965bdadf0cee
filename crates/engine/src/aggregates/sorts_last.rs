//! `sortsLast(x)`: the value that `sort` puts last (spec 7.7).

use std::cmp::Ordering;

use super::extreme::{self, Text};
use super::udaf::Aggregate;

/// `sortslast(x)`.
pub(super) static SORTS_LAST: Aggregate = Aggregate {
    name: "sortslast",
    arguments: 1,
    returns: |types| extreme::returns(types, Text::Sorts),
    state: |types| extreme::state_types(types, Text::Sorts),
    create: |call| extreme::create(call, Ordering::Greater, Text::Sorts),
};
