//! `avg(x)`: the mean of the numeric values; missing if there are none (spec 7.7).

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use super::grouped::{Fold, start};
use super::rows::Rows;
use super::total::{self, Total};
use super::udaf::Aggregate;

/// `avg(x)`.
pub(super) static AVG: Aggregate = Aggregate {
    name: "avg",
    arguments: 1,
    returns: |_| DataType::Float64,
    state: total::state_types,
    create: |_| start(Avg),
};

struct Avg;

impl Fold for Avg {
    type Slot = Total;

    fn update(&self, slots: &mut [Total], arguments: &[ArrayRef], rows: &Rows) -> Result<isize> {
        total::update(slots, &arguments[0], rows)
    }

    fn merge(&self, slots: &mut [Total], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
        total::merge(slots, states, rows)
    }

    fn state(&self, slots: Vec<Total>) -> Result<Vec<ArrayRef>> {
        Ok(total::state(&slots))
    }

    fn evaluate(&self, slots: Vec<Total>) -> Result<ArrayRef> {
        let means = slots.iter().map(|total| {
            let mean = total.as_f64() / total.count as f64;
            (total.count > 0 && mean.is_finite()).then_some(mean)
        });
        Ok(Arc::new(means.collect::<Float64Array>()))
    }
}
