//! `pct(x, p)`: a percentile of the numeric values (spec 7.7).

use arrow::datatypes::DataType;
use datafusion::common::plan_err;

use super::udaf::Aggregate;
use super::{bucket, quantile};

/// `pct(x, p)`.
pub(super) static PCT: Aggregate = Aggregate {
    name: "pct",
    arguments: 2,
    returns: |_| DataType::Float64,
    state: bucket::state_types,
    create: |call| {
        let percent = call.constant(1)?.as_f64();
        if !(0.0..=100.0).contains(&percent) {
            return plan_err!("pct takes a percentage from 0 to 100, not {percent}");
        }
        quantile::create(percent)
    },
};
