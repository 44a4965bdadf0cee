//! `_frequent(packed)`: how often each packed row came, as a list of pairs, for `countFrequent`
//! (spec 5.22).

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, LargeBinaryArray, LargeBinaryBuilder, ListArray,
    StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;

use super::bucket::{self, Bucket, Input, buckets};
use super::codec::Reader;
use super::frequent::Frequent;
use super::grouped::start;
use super::rows::Rows;
use super::udaf::Aggregate;

/// `_frequent(packed)`: a list of structs, `0` the packed row and `1` its count, in no order.
pub(super) static FREQUENT: Aggregate = Aggregate {
    name: "_frequent",
    arguments: 1,
    returns: |_| DataType::List(Arc::new(item())),
    state: bucket::state_types,
    create: |_| start(buckets(0, evaluate)),
};

fn item() -> Field {
    Field::new("item", DataType::Struct(fields()), true)
}

fn fields() -> Fields {
    Fields::from(vec![
        Field::new("0", DataType::LargeBinary, false),
        Field::new("1", DataType::Int64, false),
    ])
}

/// The packed rows of a group.
#[derive(Default)]
struct PackedRows(Frequent);

impl Input for [u8] {
    fn each(column: &ArrayRef, rows: &Rows, mut visit: impl FnMut(usize, &Self)) -> Result<()> {
        let packed: &LargeBinaryArray = column.as_binary();
        rows.each(packed.nulls(), |row, group| visit(group, packed.value(row)));
        Ok(())
    }
}

impl Bucket for PackedRows {
    type Input = [u8];

    fn push(&mut self, value: &[u8]) {
        self.0.add(value, 1);
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }

    fn merge(&mut self, other: &mut Reader) -> Result<()> {
        self.0.merge(other)
    }

    fn heap(&self) -> usize {
        self.0.heap()
    }
}

fn evaluate(slots: Vec<PackedRows>) -> Result<ArrayRef> {
    let mut lengths = Vec::with_capacity(slots.len());
    let mut packed = LargeBinaryBuilder::new();
    let mut numbers = Vec::new();
    for slot in slots {
        let counts = slot.0.into_counts();
        lengths.push(counts.len());
        for (row, count) in counts {
            packed.append_value(row);
            numbers.push(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }
    let pairs = StructArray::try_new(
        fields(),
        vec![
            Arc::new(packed.finish()),
            Arc::new(Int64Array::from(numbers)),
        ],
        None,
    )?;
    Ok(Arc::new(ListArray::try_new(
        Arc::new(item()),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(pairs),
        None,
    )?))
}
