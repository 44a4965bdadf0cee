//! `_first(row, key)`: the packed row with the smallest order key, and that key, for `dedup`.
//!
//! Among rows of one key any may win; lowering makes keys unique by ending them in the position.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, LargeBinaryArray, LargeBinaryBuilder, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;

use super::grouped::{Fold, start};
use super::rows::Rows;
use super::udaf::Aggregate;

/// `_first(row, key)`.
pub(super) static FIRST: Aggregate = Aggregate {
    name: "_first",
    arguments: 2,
    returns: |_| DataType::Struct(fields()),
    state: |_| vec![DataType::LargeBinary, DataType::LargeBinary],
    create: |_| start(First),
};

/// The result: `0` is the row, `1` its key.
fn fields() -> Fields {
    ["0", "1"]
        .into_iter()
        .map(|name| Field::new(name, DataType::LargeBinary, true))
        .collect()
}

struct First;

/// The first row so far.
#[derive(Default)]
struct Slot {
    best: Option<Best>,
    /// Row of the current batch that won and is still to be read.
    pending: Option<usize>,
}

struct Best {
    key: Box<[u8]>,
    row: Box<[u8]>,
}

impl Slot {
    fn bytes(&self) -> usize {
        self.best
            .as_ref()
            .map_or(0, |best| best.key.len() + best.row.len())
    }
}

impl Fold for First {
    type Slot = Slot;

    fn update(&self, slots: &mut [Slot], arguments: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let packed: &LargeBinaryArray = arguments[0].as_binary();
        let keys: &LargeBinaryArray = arguments[1].as_binary();
        // Winners are read after the loop: in ordered data every row may beat the one before.
        let mut winners = Vec::new();
        rows.each(packed.nulls(), |row, group| {
            let slot = &mut slots[group];
            let best = match slot.pending {
                Some(pending) => Some(keys.value(pending)),
                None => slot.best.as_ref().map(|best| best.key.as_ref()),
            };
            if best.is_none_or(|best| keys.value(row) < best) && slot.pending.replace(row).is_none()
            {
                winners.push(group);
            }
        });
        let mut growth = 0;
        for group in winners {
            let slot = &mut slots[group];
            if let Some(row) = slot.pending.take() {
                growth -= slot.bytes() as isize;
                slot.best = Some(Best {
                    key: keys.value(row).into(),
                    row: packed.value(row).into(),
                });
                growth += slot.bytes() as isize;
            }
        }
        Ok(growth)
    }

    fn merge(&self, slots: &mut [Slot], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
        self.update(slots, states, rows)
    }

    fn state(&self, slots: Vec<Slot>) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            column(&slots, |best| &best.row),
            column(&slots, |best| &best.key),
        ])
    }

    fn evaluate(&self, slots: Vec<Slot>) -> Result<ArrayRef> {
        Ok(Arc::new(StructArray::new(
            fields(),
            self.state(slots)?,
            None,
        )))
    }

    fn heap(slot: &Slot) -> usize {
        slot.bytes()
    }
}

fn column(slots: &[Slot], part: impl Fn(&Best) -> &[u8]) -> ArrayRef {
    let mut out = LargeBinaryBuilder::new();
    for slot in slots {
        out.append_option(slot.best.as_ref().map(&part));
    }
    Arc::new(out.finish())
}
