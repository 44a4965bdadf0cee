//! `_running_sum(number)`: the sum of the numbers up to each row, by the rules of `sum`; missing
//! in front of the first number.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use datafusion::common::{Result, ScalarValue};
use flowgauge_event::Number;

use super::{Running, Window};
use crate::types;
use crate::values::{self, NumberBuilder};

/// `_running_sum(number)`; the argument is a number column.
pub(super) static RUNNING_SUM: Window = Window {
    name: "_running_sum",
    returns: |_| types::number(),
    start: || Box::new(RunningSum::default()),
};

/// The sum so far. Integers are summed apart, so that they stay exact.
#[derive(Debug, Default)]
struct RunningSum {
    ints: i128,
    floats: f64,
    /// Whether a float came: the sum is a float then.
    has_floats: bool,
    any: bool,
}

impl RunningSum {
    fn add(&mut self, number: Number) {
        self.any = true;
        match number {
            Number::Int(value) => self.ints += i128::from(value),
            Number::Float(value) => {
                self.floats += value;
                self.has_floats = true;
            }
        }
    }

    fn value(&self) -> Option<Number> {
        match i64::try_from(self.ints) {
            _ if !self.any => None,
            Ok(int) if !self.has_floats => Some(Number::Int(int)),
            _ => Number::from_f64(self.ints as f64 + self.floats),
        }
    }
}

impl Running for RunningSum {
    fn step(&mut self, column: &ArrayRef, row: usize) -> Result<ScalarValue> {
        if let Some(number) = values::numbers(column)?.get(row) {
            self.add(number);
        }
        let mut out = NumberBuilder::with_capacity(1);
        out.push(self.value());
        Ok(ScalarValue::Struct(Arc::new(
            out.finish().as_struct().clone(),
        )))
    }
}
