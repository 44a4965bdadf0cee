//! `sortsLast(x)`: the value that `sort` puts last (spec 7.7).

use std::cmp::Ordering;

use super::extreme;
use super::udaf::Aggregate;

/// `sortslast(x)`.
pub(super) static SORTS_LAST: Aggregate = Aggregate {
    name: "sortslast",
    arguments: 1,
    returns: extreme::returns,
    state: extreme::state_types,
    create: |call| extreme::create(call, Ordering::Greater, extreme::Text::Sorts),
};
