//! Exact totals: the state of `sum` and `avg`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal128Array, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type};
use datafusion::common::Result;

use super::rows::{Rows, Sink, feed};

/// Widest decimal; a sum of 2^63 integers of 64 bits has fewer digits.
const WIDE: DataType = DataType::Decimal128(38, 0);

/// The total of a group. Integers are summed apart from floats, so that they stay exact whatever
/// comes between them and in whatever order partial totals meet.
#[derive(Default, Clone, Copy)]
pub(super) struct Total {
    /// Sum of the integers.
    pub ints: i128,
    /// Sum of the floats.
    pub floats: f64,
    /// How many numbers.
    pub count: i64,
}

impl Total {
    /// The total as a float.
    pub(super) fn as_f64(&self) -> f64 {
        self.ints as f64 + self.floats
    }
}

struct Totals<'a>(&'a mut [Total]);

impl Sink for Totals<'_> {
    #[inline]
    fn int(&mut self, group: usize, value: i64) {
        let total = &mut self.0[group];
        total.ints += i128::from(value);
        total.count += 1;
    }

    #[inline]
    fn float(&mut self, group: usize, value: f64) {
        let total = &mut self.0[group];
        total.floats += value;
        total.count += 1;
    }
}

/// Adds a column.
pub(super) fn update(slots: &mut [Total], column: &ArrayRef, rows: &Rows) -> Result<isize> {
    feed(column, rows, &mut Totals(slots))?;
    Ok(0)
}

/// Types of [`state`].
pub(super) fn state_types(_: &[DataType]) -> Vec<DataType> {
    vec![WIDE, DataType::Float64, DataType::Int64]
}

/// Partial totals: integers, floats, count.
pub(super) fn state(slots: &[Total]) -> Vec<ArrayRef> {
    let ints = Decimal128Array::from_iter_values(slots.iter().map(|total| total.ints))
        .with_data_type(WIDE);
    vec![
        Arc::new(ints),
        Arc::new(Float64Array::from_iter_values(
            slots.iter().map(|total| total.floats),
        )),
        Arc::new(Int64Array::from_iter_values(
            slots.iter().map(|total| total.count),
        )),
    ]
}

/// Adds partial totals.
pub(super) fn merge(slots: &mut [Total], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
    let ints = states[0].as_primitive::<Decimal128Type>().values();
    let floats = states[1].as_primitive::<Float64Type>().values();
    let counts = states[2].as_primitive::<Int64Type>().values();
    rows.each(None, |row, group| {
        let total = &mut slots[group];
        total.ints += ints[row];
        total.floats += floats[row];
        total.count += counts[row];
    });
    Ok(0)
}
