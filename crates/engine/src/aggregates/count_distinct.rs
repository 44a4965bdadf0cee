//! `countDistinct(x)`: how many different values there are (spec 7.7).
//!
//! Exact up to [`EXACT`] values per group, then an estimate with an error of about 1%. Values are
//! compared as they print; integers and times as integers, which is the same and needs no text.
//!
//! Most groups have few values, so a group begins as a short list of codes ([`crate::codes`]), which
//! an address fits in; only a long list becomes a hash table.

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, LargeBinaryBuilder};
use arrow::datatypes::DataType;
use datafusion::common::hash_utils::{HLL_RANDOM_STATE, RandomState};
use datafusion::common::{Result, internal_err};
use flowgauge_event::Number;

use super::codec::{Reader, put_text};
use super::grouped::{Fold, start};
use super::hyperloglog::{HyperLogLog, REGISTERS};
use super::rows::Rows;
use super::udaf::Aggregate;
use crate::{codes, values};

/// Distinct values of a group that are counted exactly.
const EXACT: usize = 10_000;
/// Values that are looked through one by one.
const FEW: usize = 8;

/// `countDistinct(x)`.
pub(super) static COUNT_DISTINCT: Aggregate = Aggregate {
    name: "countdistinct",
    arguments: 1,
    returns: |_| DataType::Int64,
    state: |_| vec![DataType::LargeBinary],
    create: |call| {
        start(CountDistinct {
            integers: matches!(
                call.argument_type(0),
                DataType::Int64 | DataType::Boolean | DataType::Timestamp(_, _)
            ),
        })
    },
};

struct CountDistinct {
    /// Whether the argument has integers in place of text.
    integers: bool,
}

impl Fold for CountDistinct {
    type Slot = Distinct;

    fn update(&self, slots: &mut [Distinct], arguments: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let mut growth = 0;
        if self.integers {
            let numbers = values::numbers(&arguments[0])?;
            rows.each(None, |row, group| {
                if let Some(Number::Int(value)) = numbers.get(row) {
                    growth += slots[group].add(codes::of_integer(value));
                }
            });
            return Ok(growth);
        }
        let texts = values::texts(&arguments[0])?;
        rows.each(texts.nulls(), |row, group| {
            growth += match codes::of_row(&texts, row) {
                Some(code) => slots[group].add(code),
                None => slots[group].add_long(texts.value(row)),
            };
        });
        Ok(growth)
    }

    fn merge(&self, slots: &mut [Distinct], states: &[ArrayRef], rows: &Rows) -> Result<isize> {
        let states = states[0].as_binary::<i64>();
        let mut growth = 0;
        let mut result = Ok(());
        rows.each(states.nulls(), |row, group| {
            if result.is_err() {
                return;
            }
            match slots[group].merge(&mut Reader(states.value(row))) {
                Ok(grown) => growth += grown,
                Err(error) => result = Err(error),
            }
        });
        result.map(|()| growth)
    }

    fn state(&self, slots: Vec<Distinct>) -> Result<Vec<ArrayRef>> {
        let mut states = LargeBinaryBuilder::new();
        let mut state = Vec::new();
        for distinct in &slots {
            state.clear();
            distinct.encode(&mut state);
            states.append_value(&state);
        }
        Ok(vec![Arc::new(states.finish())])
    }

    fn evaluate(&self, slots: Vec<Distinct>) -> Result<ArrayRef> {
        Ok(Arc::new(Int64Array::from_iter_values(
            slots.iter().map(|distinct| distinct.count() as i64),
        )))
    }

    fn heap(slot: &Distinct) -> usize {
        slot.heap()
    }
}

/// The distinct values of a group.
#[derive(Default)]
struct Distinct {
    /// The codes, as long as there are at most [`FEW`].
    few: Vec<u128>,
    /// The codes, when there are more.
    many: Option<Box<Codes>>,
    /// Texts without a code.
    long: Option<Box<LongTexts>>,
    /// Takes over when there are more than [`EXACT`].
    sketch: Option<Box<HyperLogLog>>,
}

/// A set in a box, so that the groups with few values do not carry its size.
#[derive(Default)]
struct Codes {
    set: HashSet<u128, RandomState>,
}

#[derive(Default)]
struct LongTexts {
    set: HashSet<Box<str>, RandomState>,
    /// Bytes of the texts.
    bytes: usize,
}

const SET: u8 = 1;
const SKETCH: u8 = 2;

impl Distinct {
    fn count(&self) -> u64 {
        self.sketch
            .as_ref()
            .map_or(self.exact() as u64, |sketch| sketch.count())
    }

    /// Values in the sets.
    fn exact(&self) -> usize {
        let codes = self
            .many
            .as_ref()
            .map_or(self.few.len(), |many| many.set.len());
        codes + self.long.as_ref().map_or(0, |long| long.set.len())
    }

    /// Adds a value by its code. Returns by how many bytes the allocations grew.
    #[inline]
    fn add(&mut self, code: u128) -> isize {
        if self.few.contains(&code) {
            return 0;
        }
        self.growing(|distinct| distinct.add_new(code))
    }

    fn growing(&mut self, change: impl FnOnce(&mut Distinct)) -> isize {
        let before = self.heap() as isize;
        change(self);
        self.heap() as isize - before
    }

    /// Adds a code that is not among the few.
    fn add_new(&mut self, code: u128) {
        if let Some(sketch) = &mut self.sketch {
            return sketch.add(HLL_RANDOM_STATE.hash_one(code));
        }
        if let Some(many) = &mut self.many {
            many.set.insert(code);
        } else if self.few.len() < FEW {
            // The first value takes no more room than it needs: many groups have no other.
            if self.few.is_empty() {
                self.few.reserve_exact(1);
            }
            self.few.push(code);
        } else {
            let mut many = Codes::default();
            many.set.extend(std::mem::take(&mut self.few));
            many.set.insert(code);
            self.many = Some(Box::new(many));
        }
        self.bound();
    }

    /// Adds a text without a code. Returns the growth like [`Distinct::add`].
    fn add_long(&mut self, text: &str) -> isize {
        let known = |long: &LongTexts| long.set.contains(text);
        if self.long.as_deref().is_some_and(known) {
            return 0;
        }
        self.growing(|distinct| {
            if let Some(sketch) = &mut distinct.sketch {
                return sketch.add(HLL_RANDOM_STATE.hash_one(text));
            }
            let long = distinct.long.get_or_insert_default();
            long.bytes += text.len();
            long.set.insert(text.into());
            distinct.bound();
        })
    }

    /// Goes over to the sketch when the sets are too large.
    fn bound(&mut self) {
        if self.exact() > EXACT {
            self.sketch();
        }
    }

    /// The sketch, which from now on holds everything.
    fn sketch(&mut self) -> &mut HyperLogLog {
        self.sketch.get_or_insert_with(|| {
            let mut sketch = HyperLogLog::new();
            let many = self.many.take().map(|many| many.set).unwrap_or_default();
            for code in std::mem::take(&mut self.few).into_iter().chain(many) {
                sketch.add(HLL_RANDOM_STATE.hash_one(code));
            }
            for text in self.long.take().map(|long| long.set).unwrap_or_default() {
                sketch.add(HLL_RANDOM_STATE.hash_one(text.as_ref()));
            }
            Box::new(sketch)
        })
    }

    /// Appends what [`Distinct::merge`] reads; nothing when there is no value.
    fn encode(&self, out: &mut Vec<u8>) {
        if let Some(sketch) = &self.sketch {
            out.push(SKETCH);
            out.extend_from_slice(sketch.registers());
            return;
        }
        if self.exact() == 0 {
            return;
        }
        out.push(SET);
        let many = self.many.iter().flat_map(|many| many.set.iter());
        let codes = self
            .many
            .as_ref()
            .map_or(self.few.len(), |many| many.set.len());
        out.extend_from_slice(&(codes as u64).to_le_bytes());
        for code in self.few.iter().chain(many) {
            out.extend_from_slice(&code.to_le_bytes());
        }
        for text in self.long.iter().flat_map(|long| &long.set) {
            put_text(text, out);
        }
    }

    /// Adds the values of another group. Returns the growth like [`Distinct::add`].
    fn merge(&mut self, other: &mut Reader) -> Result<isize> {
        if other.is_done() {
            return Ok(0);
        }
        match other.u8()? {
            SET => {
                let mut growth = 0;
                for _ in 0..other.u64()? {
                    growth += self.add(other.u128()?);
                }
                while !other.is_done() {
                    growth += self.add_long(other.text()?);
                }
                Ok(growth)
            }
            SKETCH => {
                let registers = other.bytes(REGISTERS)?;
                Ok(self.growing(|distinct| distinct.sketch().merge(registers)))
            }
            kind => internal_err!("a partial distinct count has the unknown kind {kind}"),
        }
    }

    /// Bytes allocated.
    fn heap(&self) -> usize {
        // A hash table spends one byte of its own per entry.
        let many = self.many.as_ref().map_or(0, |many| {
            size_of_val(many.as_ref()) + many.set.capacity() * (size_of::<u128>() + 1)
        });
        let long = self.long.as_ref().map_or(0, |long| {
            let entries = long.set.capacity() * (size_of::<Box<str>>() + 1);
            size_of_val(long.as_ref()) + entries + long.bytes
        });
        let sketch = self.sketch.as_ref().map_or(0, |_| REGISTERS);
        self.few.capacity() * size_of::<u128>() + many + long + sketch
    }
}
