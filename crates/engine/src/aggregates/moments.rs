//! Mean and squared deviation in one pass: the state of `stddev` and `variance`.
//!
//! Welford's update and Chan's merge, which unlike sums of squares lose few digits when the mean
//! is large against the spread, over distances from the first value, which are small where the
//! values are large and alike, as times are.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::Result;

use super::grouped::Fold;
use super::rows::{Rows, Sink, feed};

/// The moments of a group.
#[derive(Default, Clone, Copy)]
pub(super) struct Moments {
    count: i64,
    /// The first value.
    base: f64,
    /// Mean distance from the base.
    mean: f64,
    /// Sum of the squared distances from the mean.
    squares: f64,
}

impl Moments {
    fn merge(&mut self, other: Moments) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = other;
            return;
        }
        let (here, there) = (self.count as f64, other.count as f64);
        let delta = (other.base - self.base) + (other.mean - self.mean);
        self.count += other.count;
        let all = self.count as f64;
        self.mean += delta * (there / all);
        self.squares += other.squares + delta * delta * (here / all * there);
    }

    /// The variance of the values themselves, not an estimate for a larger population.
    fn variance(&self) -> Option<f64> {
        (self.count > 0).then(|| self.squares / self.count as f64)
    }
}

struct Slots<'a>(&'a mut [Moments]);

impl Sink for Slots<'_> {
    #[inline]
    fn int(&mut self, group: usize, value: i64) {
        self.float(group, value as f64);
    }

    #[inline]
    fn float(&mut self, group: usize, value: f64) {
        let moments = &mut self.0[group];
        if moments.count == 0 {
            moments.base = value;
        }
        moments.count += 1;
        let distance = value - moments.base;
        let delta = distance - moments.mean;
        moments.mean += delta / moments.count as f64;
        moments.squares += delta * (distance - moments.mean);
    }
}

/// Types of a partial result.
pub(super) fn state_types(_: &[DataType]) -> Vec<DataType> {
    vec![
        DataType::Int64,
        DataType::Float64,
        DataType::Float64,
        DataType::Float64,
    ]
}

/// A fold whose result is a function of the variance.
pub(super) struct Spread(pub fn(f64) -> f64);

impl Fold for Spread {
    type Slot = Moments;

    fn update(&self, slots: &mut [Moments], arguments: &[ArrayRef], rows: &Rows) -> Result<isize> {
        feed(&arguments[0], rows, &mut Slots(slots))?;
        Ok(0)
    }

    fn merge(&self, slots: &mut [Moments], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let counts = states[0].as_primitive::<Int64Type>().values();
        let bases = states[1].as_primitive::<Float64Type>().values();
        let means = states[2].as_primitive::<Float64Type>().values();
        let squares = states[3].as_primitive::<Float64Type>().values();
        rows.each(None, |row, group| {
            slots[group].merge(Moments {
                count: counts[row],
                base: bases[row],
                mean: means[row],
                squares: squares[row],
            });
        });
        Ok(0)
    }

    fn state(&self, slots: Vec<Moments>) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            Arc::new(Int64Array::from_iter_values(
                slots.iter().map(|moments| moments.count),
            )),
            Arc::new(Float64Array::from_iter_values(
                slots.iter().map(|moments| moments.base),
            )),
            Arc::new(Float64Array::from_iter_values(
                slots.iter().map(|moments| moments.mean),
            )),
            Arc::new(Float64Array::from_iter_values(
                slots.iter().map(|moments| moments.squares),
            )),
        ])
    }

    fn evaluate(&self, slots: Vec<Moments>) -> Result<ArrayRef> {
        let results = slots.iter().map(|moments| {
            moments
                .variance()
                .map(self.0)
                .filter(|result| result.is_finite())
        });
        Ok(Arc::new(results.collect::<Float64Array>()))
    }
}
