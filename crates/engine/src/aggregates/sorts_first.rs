//! `sortsFirst(x)`: the value that `sort` puts first (spec 7.7).

use std::cmp::Ordering;

use super::extreme::{self, Text};
use super::udaf::Aggregate;

/// `sortsfirst(x)`.
pub(super) static SORTS_FIRST: Aggregate = Aggregate {
    name: "sortsfirst",
    arguments: 1,
    returns: |types| extreme::returns(types, Text::Sorts),
    state: |types| extreme::state_types(types, Text::Sorts),
    create: |call| extreme::create(call, Ordering::Less, Text::Sorts),
};
