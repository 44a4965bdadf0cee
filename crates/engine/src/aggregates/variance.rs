//! `variance(x)`: the population variance of the numeric values (spec 7.7).

use arrow::datatypes::DataType;

use super::grouped::start;
use super::moments::{self, Spread};
use super::udaf::Aggregate;

/// `variance(x)`.
pub(super) static VARIANCE: Aggregate = Aggregate {
    name: "variance",
    arguments: 1,
    returns: |_| DataType::Float64,
    state: moments::state_types,
    create: |_| start(Spread(std::convert::identity)),
};
