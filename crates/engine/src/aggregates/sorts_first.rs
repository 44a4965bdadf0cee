//! `sortsFirst(x)`: the value that `sort` puts first (spec 7.7).

use std::cmp::Ordering;

use super::extreme;
use super::udaf::Aggregate;

/// `sortsfirst(x)`.
pub(super) static SORTS_FIRST: Aggregate = Aggregate {
    name: "sortsfirst",
    arguments: 1,
    returns: extreme::returns,
    state: extreme::state_types,
    create: |call| extreme::create(call, Ordering::Less, extreme::Text::Sorts),
};
