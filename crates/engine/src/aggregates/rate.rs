//! `rate(x, period)`: change of a number per period (spec 7.8): the last value minus the first,
//! divided by the number of periods in the bin.
//!
//! Lowering adds the length of the bin, `@timestamp` and the position of the row as arguments.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;

use super::cells::{Cell, is_number_kind};
use super::grouped::{Fold, start};
use super::rows::Rows;
use super::selector::{self, Choice, End};
use super::udaf::Aggregate;
use crate::types;
use crate::values::{self, NumberBuilder};

/// `rate(x, period ms, bin ms, @timestamp, position)`.
pub(super) static RATE: Aggregate = Aggregate {
    name: "rate",
    arguments: 5,
    returns: |_| DataType::Float64,
    state: |_| {
        selector::state_types(types::number())
            .into_iter()
            .chain(selector::state_types(types::number()))
            .collect()
    },
    create: |call| {
        let periods = call.constant(2)?.as_f64() / call.constant(1)?.as_f64();
        start(Rate { periods })
    },
};

struct Rate {
    /// Periods in a bin.
    periods: f64,
}

#[derive(Default)]
struct Ends {
    first: Choice,
    last: Choice,
}

impl Rate {
    fn offer(
        &self,
        slots: &mut [Ends],
        first: [&ArrayRef; 3],
        last: [&ArrayRef; 3],
        rows: &Rows,
    ) -> Result<isize> {
        Ok(
            End::Earliest.offer(slots, |ends| &mut ends.first, first, rows)?
                + End::Latest.offer(slots, |ends| &mut ends.last, last, rows)?,
        )
    }

    fn value(&self, ends: &Ends) -> Option<f64> {
        let (Some(Cell::Number(first)), Some(Cell::Number(last))) =
            (ends.first.cell(), ends.last.cell())
        else {
            return None;
        };
        let change = match (first, last) {
            // Counters of 64 bits differ exactly.
            (Number::Int(first), Number::Int(last)) => {
                (i128::from(*last) - i128::from(*first)) as f64
            }
            (first, last) => last.as_f64() - first.as_f64(),
        };
        Some(change / self.periods).filter(|rate| rate.is_finite())
    }
}

impl Fold for Rate {
    type Slot = Ends;

    fn update(&self, slots: &mut [Ends], arguments: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let numbers = number_column(&arguments[0])?;
        let columns = [&numbers, &arguments[3], &arguments[4]];
        self.offer(slots, columns, columns, rows)
    }

    fn merge(&self, slots: &mut [Ends], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
        self.offer(
            slots,
            [&states[0], &states[1], &states[2]],
            [&states[3], &states[4], &states[5]],
            rows,
        )
    }

    fn state(&self, slots: Vec<Ends>) -> Result<Vec<ArrayRef>> {
        let first = selector::state(slots.iter().map(|ends| &ends.first), &types::number());
        let last = selector::state(slots.iter().map(|ends| &ends.last), &types::number());
        Ok(first.into_iter().chain(last).collect())
    }

    fn evaluate(&self, slots: Vec<Ends>) -> Result<ArrayRef> {
        Ok(Arc::new(
            slots
                .iter()
                .map(|ends| self.value(ends))
                .collect::<Float64Array>(),
        ))
    }
}

/// The column with what is no number missing, so that only numbers compete for an end.
fn number_column(column: &ArrayRef) -> Result<ArrayRef> {
    if is_number_kind(column.data_type()) {
        return Ok(Arc::clone(column));
    }
    let values = values::numbers(column)?;
    let mut numbers = NumberBuilder::with_capacity(values.len());
    for row in 0..values.len() {
        numbers.push(values.get(row));
    }
    Ok(numbers.finish())
}
