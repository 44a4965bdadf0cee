//! `median(x)`: the same as `pct(x, 50)` (spec 7.7).

use arrow::datatypes::DataType;

use super::udaf::Aggregate;
use super::{bucket, quantile};

/// `median(x)`.
pub(super) static MEDIAN: Aggregate = Aggregate {
    name: "median",
    arguments: 1,
    returns: |_| DataType::Float64,
    state: bucket::state_types,
    create: |_| quantile::create(50.0),
};
