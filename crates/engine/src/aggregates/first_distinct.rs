//! `_first_distinct(row, key, combination, count)`: of the first row, by order key, of every
//! combination, the first `count`; what a `dedup` that a `limit` follows is lowered to.
//!
//! Nothing but these rows is held, twice as many at most, so memory does not grow with the
//! combinations. A row that comes after `count` rows of different combinations is out for ever:
//! those rows stay, or make room for even earlier ones.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, LargeBinaryArray, LargeBinaryBuilder, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field};
use datafusion::common::{HashMap, Result};
use flowgauge_event::Number;

use super::codec::{Reader, put_bytes};
use super::grouped::{Fold, start};
use super::rows::Rows;
use super::states;
use super::udaf::{Aggregate, Call};

/// `_first_distinct(row, key, combination, count)`.
pub(super) static FIRST_DISTINCT: Aggregate = Aggregate {
    name: "_first_distinct",
    arguments: 4,
    returns: |_| DataType::List(item()),
    state: |_| vec![DataType::LargeBinary],
    create: |call| {
        let count = count(call)?;
        start(FirstDistinct { count })
    },
};

/// Bytes of an entry beside its own: the entry, and its place in the map.
const OVERHEAD: usize = 96;

fn item() -> Arc<Field> {
    Arc::new(Field::new_list_field(DataType::LargeBinary, true))
}

fn count(call: &Call) -> Result<usize> {
    let count = match call.constant(3)? {
        Number::Int(count) => usize::try_from(count).unwrap_or(0),
        Number::Float(count) => count as usize,
    };
    Ok(count)
}

struct FirstDistinct {
    /// Rows that are wanted.
    count: usize,
}

/// The first rows so far, by combination.
#[derive(Default)]
struct Slot {
    rows: HashMap<Box<[u8]>, First>,
    /// The key of the last row that is still wanted, once there have been enough.
    last: Option<Box<[u8]>>,
    bytes: usize,
}

/// The first row of a combination.
struct First {
    key: Box<[u8]>,
    row: Box<[u8]>,
}

impl First {
    fn bytes(&self) -> usize {
        self.key.len() + self.row.len()
    }
}

impl FirstDistinct {
    fn add(&self, slot: &mut Slot, combination: &[u8], key: &[u8], row: &[u8]) {
        if slot.last.as_deref().is_some_and(|last| key >= last) {
            return;
        }
        let first = || First {
            key: key.into(),
            row: row.into(),
        };
        match slot.rows.get_mut(combination) {
            Some(known) if known.key.as_ref() <= key => return,
            Some(known) => {
                slot.bytes -= known.bytes();
                *known = first();
            }
            None => {
                slot.bytes += combination.len() + OVERHEAD;
                slot.rows.insert(combination.into(), first());
            }
        }
        slot.bytes += key.len() + row.len();
        if slot.rows.len() >= self.count.saturating_mul(2) {
            self.cut(slot);
        }
    }

    /// Keeps the first rows only.
    fn cut(&self, slot: &mut Slot) {
        let mut rows: Vec<(Box<[u8]>, First)> = slot.rows.drain().collect();
        if rows.len() > self.count {
            rows.sort_unstable_by(|(_, one), (_, other)| one.key.cmp(&other.key));
            rows.truncate(self.count);
            slot.last = rows.last().map(|(_, last)| last.key.clone());
        }
        slot.bytes = rows.iter().map(entry_bytes).sum();
        slot.rows.extend(rows);
    }
}

fn entry_bytes((combination, first): &(Box<[u8]>, First)) -> usize {
    combination.len() + first.bytes() + OVERHEAD
}

impl Fold for FirstDistinct {
    type Slot = Slot;

    fn update(&self, slots: &mut [Slot], arguments: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let packed: &LargeBinaryArray = arguments[0].as_binary();
        let keys: &LargeBinaryArray = arguments[1].as_binary();
        let combinations: &LargeBinaryArray = arguments[2].as_binary();
        changing(slots, |slots| {
            rows.each(packed.nulls(), |row, group| {
                let combination = combinations.value(row);
                self.add(
                    &mut slots[group],
                    combination,
                    keys.value(row),
                    packed.value(row),
                );
            });
            Ok(())
        })
    }

    fn merge(&self, slots: &mut [Slot], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
        changing(slots, |slots| {
            states::each(states, rows, |group, state| {
                while !state.is_done() {
                    let (combination, key, row) = triple(state)?;
                    self.add(&mut slots[group], combination, key, row);
                }
                Ok(())
            })
        })
    }

    fn state(&self, slots: Vec<Slot>) -> Result<Vec<ArrayRef>> {
        states::encoded(slots, |mut slot, state| {
            self.cut(&mut slot);
            for (combination, first) in &slot.rows {
                put_bytes(combination, state);
                put_bytes(&first.key, state);
                put_bytes(&first.row, state);
            }
        })
    }

    fn evaluate(&self, slots: Vec<Slot>) -> Result<ArrayRef> {
        let mut out = LargeBinaryBuilder::new();
        let mut lengths = Vec::with_capacity(slots.len());
        for mut slot in slots {
            self.cut(&mut slot);
            let mut rows: Vec<First> = slot.rows.into_values().collect();
            rows.sort_unstable_by(|one, other| one.key.cmp(&other.key));
            lengths.push(rows.len());
            rows.iter().for_each(|first| out.append_value(&first.row));
        }
        Ok(Arc::new(ListArray::try_new(
            item(),
            OffsetBuffer::from_lengths(lengths),
            Arc::new(out.finish()),
            None,
        )?))
    }

    fn heap(slot: &Slot) -> usize {
        slot.bytes
    }
}

/// Does something to slots and says by how much they grew.
fn changing(slots: &mut [Slot], change: impl FnOnce(&mut [Slot]) -> Result<()>) -> Result<isize> {
    let bytes = |slots: &[Slot]| slots.iter().map(|slot| slot.bytes).sum::<usize>() as isize;
    let before = bytes(slots);
    change(slots)?;
    Ok(bytes(slots) - before)
}

fn triple<'a>(reader: &mut Reader<'a>) -> Result<(&'a [u8], &'a [u8], &'a [u8])> {
    Ok((reader.sized()?, reader.sized()?, reader.sized()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows `(combination, key)` that are left of some.
    fn left(count: usize, rows: &[(u8, u8)]) -> Vec<(u8, u8)> {
        let fold = FirstDistinct { count };
        let mut slot = Slot::default();
        for &(combination, key) in rows {
            fold.add(&mut slot, &[combination], &[key], &[combination, key]);
            let held: usize = slot
                .rows
                .iter()
                .map(|(combination, first)| combination.len() + first.bytes() + OVERHEAD)
                .sum();
            assert_eq!(slot.bytes, held);
            assert!(slot.rows.len() < 2 * count.max(1));
        }
        let lists = fold.evaluate(vec![slot]).expect("a list");
        let rows = lists.as_list::<i32>().value(0);
        let rows: &LargeBinaryArray = rows.as_binary();
        rows.iter().flatten().map(|row| (row[0], row[1])).collect()
    }

    #[test]
    fn the_first_of_each_combination_in_order() {
        let rows = [(1, 9), (2, 8), (1, 7), (3, 6), (2, 9), (4, 5), (1, 1)];
        assert_eq!(left(10, &rows), [(1, 1), (4, 5), (3, 6), (2, 8)]);
        assert_eq!(left(2, &rows), [(1, 1), (4, 5)]);
        assert_eq!(left(1, &rows), [(1, 1)]);
    }

    #[test]
    fn what_was_cut_does_not_come_back() {
        // Combination 5 is cut with key 50, and comes again with 40, which is still too late.
        let rows = [(1, 10), (2, 20), (5, 50), (3, 30), (5, 40), (4, 15), (2, 5)];
        assert_eq!(left(2, &rows), [(2, 5), (1, 10)]);
    }

    #[test]
    fn partial_results_are_merged() {
        let fold = FirstDistinct { count: 2 };
        let mut slots = [Slot::default(), Slot::default()];
        for (place, rows) in [[(1, 9), (2, 3)], [(1, 1), (3, 2)]].into_iter().enumerate() {
            for (combination, key) in rows {
                fold.add(
                    &mut slots[place],
                    &[combination],
                    &[key],
                    &[combination, key],
                );
            }
        }
        let states = fold.state(slots.into_iter().collect()).expect("states");
        let mut merged = [Slot::default()];
        let grown = fold.merge(&mut merged, &states, &Rows::new(&[0, 0], None));
        assert_eq!(grown.expect("merged"), merged[0].bytes as isize);
        let keys: Vec<u8> = {
            let lists = fold.evaluate(merged.into_iter().collect()).expect("a list");
            let rows = lists.as_list::<i32>().value(0);
            rows.as_binary::<i64>()
                .iter()
                .flatten()
                .map(|row| row[1])
                .collect()
        };
        assert_eq!(keys, [1, 2]);
    }
}
