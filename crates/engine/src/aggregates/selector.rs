//! The value at one end of time: `earliest`, `latest`, and the two ends of `rate`.
//!
//! Only rows that have the value and a time compete. Among rows of one time the first by
//! position wins at either end, so that the result does not depend on how the work was split.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::Result;

use super::cells::{self, Cell, Source};
use super::rows::{Rows, presence};
use crate::values;

/// Which end of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Earliest,
    Latest,
}

/// The value chosen so far.
#[derive(Default)]
pub(super) struct Choice {
    /// Time in milliseconds and position; nothing is chosen without them.
    at: Option<(i64, i64)>,
    cell: Option<Cell>,
    /// Row of the current batch that won and is still to be read.
    pending: Option<usize>,
}

impl Choice {
    /// The value.
    pub(super) fn cell(&self) -> Option<&Cell> {
        self.cell.as_ref()
    }

    /// Bytes allocated.
    pub(super) fn heap(&self) -> usize {
        self.cell.as_ref().map_or(0, Cell::heap)
    }
}

impl End {
    /// Whether a row displaces the choice.
    fn prefers(self, new: (i64, i64), old: (i64, i64)) -> bool {
        match self {
            End::Earliest => new < old,
            End::Latest => new.0 > old.0 || (new.0 == old.0 && new.1 < old.1),
        }
    }

    /// Offers the rows of a batch. `choice` finds the choice in a slot. Returns the growth of the
    /// slots' allocations.
    pub(super) fn offer<S>(
        self,
        slots: &mut [S],
        choice: impl Fn(&mut S) -> &mut Choice,
        [column, times, positions]: [&ArrayRef; 3],
        rows: &Rows,
    ) -> Result<isize> {
        let times = values::times(times)?;
        let positions = cast(positions, &DataType::Int64)?;
        let positions = positions.as_primitive::<Int64Type>();
        let known = NullBuffer::union(times.nulls(), positions.nulls());
        let valid = NullBuffer::union(presence(column).as_ref(), known.as_ref());
        // Winners are read after the loop: in ordered data every row beats the one before.
        let mut winners = Vec::new();
        rows.each(valid.as_ref(), |row, group| {
            let choice = choice(&mut slots[group]);
            let at = (times.value(row), positions.value(row));
            if choice.at.is_none_or(|old| self.prefers(at, old)) {
                choice.at = Some(at);
                if choice.pending.replace(row).is_none() {
                    winners.push(group);
                }
            }
        });
        let source = Source::new(column)?;
        let mut growth = 0;
        for group in winners {
            let choice = choice(&mut slots[group]);
            if let Some(row) = choice.pending.take() {
                growth -= choice.heap() as isize;
                choice.cell = source.get(row);
                growth += choice.heap() as isize;
            }
        }
        Ok(growth)
    }
}

/// Types of [`state`] for values of a kind.
pub(super) fn state_types(value: DataType) -> [DataType; 3] {
    [value, DataType::Int64, DataType::Int64]
}

/// Partial choices: value, time, position; what [`End::offer`] takes.
pub(super) fn state<'a>(
    choices: impl ExactSizeIterator<Item = &'a Choice> + Clone,
    value: &DataType,
) -> [ArrayRef; 3] {
    let times: Int64Array = choices
        .clone()
        .map(|choice| choice.at.map(|at| at.0))
        .collect();
    let positions: Int64Array = choices
        .clone()
        .map(|choice| choice.at.map(|at| at.1))
        .collect();
    [
        cells::column(choices.map(Choice::cell), value),
        Arc::new(times),
        Arc::new(positions),
    ]
}

/// `earliest` and `latest` as folds.
pub(super) mod pick {
    use super::super::grouped::{Fold, start};
    use super::super::udaf::{Call, Groups};
    use super::*;

    /// Type of the result.
    pub(in super::super) fn returns(arguments: &[DataType]) -> DataType {
        cells::picked_type(&arguments[0])
    }

    /// Types of a partial result.
    pub(in super::super) fn state_types(arguments: &[DataType]) -> Vec<DataType> {
        super::state_types(returns(arguments)).into()
    }

    /// Starts the search at one end.
    pub(in super::super) fn create(call: &Call, end: End) -> Result<Box<dyn Groups>> {
        start(Pick {
            end,
            value: cells::picked_type(call.argument_type(0)),
        })
    }

    struct Pick {
        end: End,
        value: DataType,
    }

    impl Fold for Pick {
        type Slot = Choice;

        fn update(
            &self,
            slots: &mut [Choice],
            arguments: &[ArrayRef],
            rows: &Rows,
        ) -> Result<isize> {
            self.end.offer(
                slots,
                |slot| slot,
                [&arguments[0], &arguments[1], &arguments[2]],
                rows,
            )
        }

        fn merge(&self, slots: &mut [Choice], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
            self.update(slots, states, rows)
        }

        fn state(&self, slots: Vec<Choice>) -> Result<Vec<ArrayRef>> {
            Ok(super::state(slots.iter(), &self.value).into())
        }

        fn evaluate(&self, slots: Vec<Choice>) -> Result<ArrayRef> {
            Ok(cells::column(slots.iter().map(Choice::cell), &self.value))
        }

        fn heap(slot: &Choice) -> usize {
            slot.heap()
        }
    }
}
