//! `count(x)`: the rows in which the value exists (spec 4.3).

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::Result;

use super::grouped::{Fold, start};
use super::rows::{Rows, presence};
use super::udaf::Aggregate;

/// `count(x)`.
pub(super) static COUNT: Aggregate = Aggregate {
    name: "count",
    arguments: 1,
    returns: |_| DataType::Int64,
    state: |_| vec![DataType::Int64],
    create: |_| start(Count),
};

struct Count;

impl Fold for Count {
    type Slot = i64;

    fn update(&self, slots: &mut [i64], arguments: &[ArrayRef], rows: &Rows) -> Result<isize> {
        rows.each(presence(&arguments[0]).as_ref(), |_, group| {
            slots[group] += 1
        });
        Ok(0)
    }

    fn merge(&self, slots: &mut [i64], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let counts = states[0].as_primitive::<Int64Type>().values();
        rows.each(None, |row, group| slots[group] += counts[row]);
        Ok(0)
    }

    fn state(&self, slots: Vec<i64>) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn evaluate(&self, slots: Vec<i64>) -> Result<ArrayRef> {
        Ok(Arc::new(Int64Array::from(slots)))
    }
}
