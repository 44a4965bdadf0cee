//! Aggregates that collect values of a group: a bucket per group, bounded by its own rule, whose
//! partial result is one binary value.

use std::marker::PhantomData;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;

use super::codec::Reader;
use super::grouped::Fold;
use super::rows::{Rows, Sink, feed};
use super::states;
use crate::values;

/// The values of one group.
pub(super) trait Bucket: Default + Send + Sync + 'static {
    /// What is collected: `str` (printed values), `f64` (numbers) or `i64` (an integer column).
    type Input: Input + ?Sized;

    /// Adds a value.
    fn push(&mut self, value: &Self::Input);

    /// Appends what [`Bucket::merge`] reads. Nothing is written for an empty bucket.
    fn encode(&self, out: &mut Vec<u8>);

    /// Adds the values of another bucket.
    fn merge(&mut self, other: &mut Reader) -> Result<()>;

    /// Bytes allocated; must take constant time.
    fn heap(&self) -> usize;
}

/// Values that buckets collect, and how a column gives them.
pub(super) trait Input: 'static {
    /// Calls `visit(group, value)` for the values of a column.
    fn each(column: &ArrayRef, rows: &Rows, visit: impl FnMut(usize, &Self)) -> Result<()>;
}

impl Input for str {
    fn each(column: &ArrayRef, rows: &Rows, mut visit: impl FnMut(usize, &Self)) -> Result<()> {
        let texts = values::texts(column)?;
        rows.each(texts.nulls(), |row, group| visit(group, texts.value(row)));
        Ok(())
    }
}

struct Floats<F>(F);

impl<F: FnMut(usize, &f64)> Sink for Floats<F> {
    fn int(&mut self, group: usize, value: i64) {
        (self.0)(group, &(value as f64));
    }

    fn float(&mut self, group: usize, value: f64) {
        (self.0)(group, &value);
    }
}

impl Input for f64 {
    fn each(column: &ArrayRef, rows: &Rows, visit: impl FnMut(usize, &Self)) -> Result<()> {
        feed(column, rows, &mut Floats(visit))
    }
}

impl Input for i64 {
    fn each(column: &ArrayRef, rows: &Rows, mut visit: impl FnMut(usize, &Self)) -> Result<()> {
        let numbers = values::numbers(column)?;
        rows.each(None, |row, group| {
            if let Some(Number::Int(value)) = numbers.get(row) {
                visit(group, &value);
            }
        });
        Ok(())
    }
}

/// Type of a partial result.
pub(super) fn state_types(_: &[DataType]) -> Vec<DataType> {
    vec![DataType::LargeBinary]
}

/// A fold over buckets of a kind.
pub(super) struct Buckets<B, E> {
    /// The argument that is collected.
    column: usize,
    evaluate: E,
    kind: PhantomData<fn(B)>,
}

/// A fold that collects an argument's values in buckets, and makes results of them.
pub(super) fn buckets<B: Bucket, E: Fn(Vec<B>) -> Result<ArrayRef>>(
    column: usize,
    evaluate: E,
) -> Buckets<B, E> {
    Buckets {
        column,
        evaluate,
        kind: PhantomData,
    }
}

impl<B: Bucket, E: Fn(Vec<B>) -> Result<ArrayRef> + Send + Sync + 'static> Fold for Buckets<B, E> {
    type Slot = B;

    fn update(&self, slots: &mut [B], arguments: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let mut growth = 0;
        B::Input::each(&arguments[self.column], rows, |group, value| {
            let bucket = &mut slots[group];
            let before = bucket.heap() as isize;
            bucket.push(value);
            growth += bucket.heap() as isize - before;
        })?;
        Ok(growth)
    }

    fn merge(&self, slots: &mut [B], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let mut growth = 0;
        states::each(states, rows, |group, state| {
            let bucket = &mut slots[group];
            let before = bucket.heap() as isize;
            bucket.merge(state)?;
            growth += bucket.heap() as isize - before;
            Ok(())
        })?;
        Ok(growth)
    }

    fn state(&self, slots: Vec<B>) -> Result<Vec<ArrayRef>> {
        states::encoded(slots, |bucket, state| bucket.encode(state))
    }

    fn evaluate(&self, slots: Vec<B>) -> Result<ArrayRef> {
        (self.evaluate)(slots)
    }

    fn heap(slot: &B) -> usize {
        slot.heap()
    }
}
