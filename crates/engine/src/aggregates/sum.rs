//! `sum(x)`: the sum of the numeric values; missing if there are none (spec 7.7).

use arrow::array::ArrayRef;
use datafusion::common::Result;
use flowgauge_event::Number;

use super::grouped::{Fold, start};
use super::rows::Rows;
use super::total::{self, Total};
use super::udaf::Aggregate;
use crate::types;
use crate::values::NumberBuilder;

/// `sum(x)`.
pub(super) static SUM: Aggregate = Aggregate {
    name: "sum",
    arguments: 1,
    returns: |_| types::number(),
    state: total::state_types,
    create: |_| start(Sum),
};

struct Sum;

impl Fold for Sum {
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
        let mut sums = NumberBuilder::with_capacity(slots.len());
        for total in &slots {
            sums.push(value(total));
        }
        Ok(sums.finish())
    }
}

/// An integer as long as the sum is one and fits 64 bits.
fn value(total: &Total) -> Option<Number> {
    match i64::try_from(total.ints) {
        _ if total.count == 0 => None,
        Ok(int) if total.floats == 0.0 => Some(Number::Int(int)),
        _ => Number::from_f64(total.as_f64()),
    }
}
