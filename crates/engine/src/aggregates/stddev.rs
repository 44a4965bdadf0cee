//! `stddev(x)`: the population standard deviation of the numeric values (spec 7.7).

use arrow::datatypes::DataType;

use super::grouped::start;
use super::moments::{self, Spread};
use super::udaf::Aggregate;

/// `stddev(x)`.
pub(super) static STDDEV: Aggregate = Aggregate {
    name: "stddev",
    arguments: 1,
    returns: |_| DataType::Float64,
    state: moments::state_types,
    create: |_| start(Spread(f64::sqrt)),
};
