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

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use datafusion::common::hash_utils::{HLL_RANDOM_STATE, RandomState};
use datafusion::common::{Result, internal_err};
use flowgauge_event::Number;
use smallvec::SmallVec;

use super::codec::{Reader, put_text};
use super::grouped::{Fold, start};
use super::hyperloglog::{HyperLogLog, REGISTERS};
use super::rows::Rows;
use super::states;
use super::udaf::Aggregate;
use crate::{codes, values};

/// Distinct values of a group that are counted exactly.
const EXACT: usize = 10_000;
/// Values that are looked through one by one.
const FEW: usize = 8;
/// Values that a group holds without an allocation: most groups have no more.
const INLINE: usize = 2;

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
        let mut growth = 0;
        states::each(states, rows, |group, state| {
            growth += slots[group].merge(state)?;
            Ok(())
        })?;
        Ok(growth)
    }

    fn state(&self, slots: Vec<Distinct>) -> Result<Vec<ArrayRef>> {
        states::encoded(slots, |distinct, state| distinct.encode(state))
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
    few: SmallVec<[u128; INLINE]>,
    /// What most groups do not have.
    more: Option<Box<More>>,
}

#[derive(Default)]
struct More {
    /// The codes, when there are more than [`FEW`].
    many: HashSet<u128, RandomState>,
    /// Texts without a code.
    long: HashSet<Box<str>, RandomState>,
    /// Bytes of these texts.
    long_bytes: usize,
    /// Takes over when there are more than [`EXACT`]; all sets are empty then.
    sketch: Option<HyperLogLog>,
}

const SET: u8 = 1;
const SKETCH: u8 = 2;

impl Distinct {
    fn count(&self) -> u64 {
        match &self.more {
            Some(more) => match &more.sketch {
                Some(sketch) => sketch.count(),
                None => (self.few.len() + more.exact()) as u64,
            },
            None => self.few.len() as u64,
        }
    }

    /// Adds a value by its code. Returns by how many bytes the allocations grew.
    #[inline]
    fn add(&mut self, code: u128) -> isize {
        if self.few.contains(&code) {
            return 0;
        }
        if self.more.is_none() && self.few.len() < INLINE {
            self.few.push(code);
            return 0;
        }
        self.add_new(code)
    }

    /// Adds a code that is not among the few. Returns the growth like [`Distinct::add`].
    fn add_new(&mut self, code: u128) -> isize {
        if let Some(more) = &mut self.more {
            if let Some(sketch) = &mut more.sketch {
                sketch.add(HLL_RANDOM_STATE.hash_one(code));
                return 0;
            }
            // Where nothing grows, nothing has to be counted.
            if !more.many.is_empty() && more.many.len() < more.many.capacity() {
                more.many.insert(code);
                return self.bound();
            }
        }
        self.growing(|distinct| {
            let many = distinct.more.as_ref().map_or(0, |more| more.many.len());
            if many == 0 && distinct.few.len() < FEW {
                // Room for all the few at once.
                distinct.few.reserve_exact(FEW - distinct.few.len());
                distinct.few.push(code);
            } else {
                let more = distinct.more.get_or_insert_default();
                more.many.extend(std::mem::take(&mut distinct.few));
                more.many.insert(code);
            }
        }) + self.bound()
    }

    /// Adds a text without a code. Returns the growth like [`Distinct::add`].
    fn add_long(&mut self, text: &str) -> isize {
        let known = |more: &More| more.long.contains(text);
        if self.more.as_deref().is_some_and(known) {
            return 0;
        }
        self.growing(|distinct| {
            let more = distinct.more.get_or_insert_default();
            match &mut more.sketch {
                Some(sketch) => sketch.add(HLL_RANDOM_STATE.hash_one(text)),
                None => {
                    more.long_bytes += text.len();
                    more.long.insert(text.into());
                }
            }
        }) + self.bound()
    }

    fn growing(&mut self, change: impl FnOnce(&mut Distinct)) -> isize {
        let before = self.heap() as isize;
        change(self);
        self.heap() as isize - before
    }

    /// Goes over to the sketch when the sets are too large. Returns the growth.
    fn bound(&mut self) -> isize {
        let exact = self.more.as_ref().map_or(0, |more| more.exact());
        if self.few.len() + exact <= EXACT {
            return 0;
        }
        self.growing(|distinct| {
            distinct.sketch();
        })
    }

    /// The sketch, which from now on holds everything.
    fn sketch(&mut self) -> &mut HyperLogLog {
        let few = std::mem::take(&mut self.few);
        let more = self.more.get_or_insert_default();
        let (many, long) = (
            std::mem::take(&mut more.many),
            std::mem::take(&mut more.long),
        );
        more.long_bytes = 0;
        more.sketch.get_or_insert_with(|| {
            let mut sketch = HyperLogLog::new();
            for code in few.into_iter().chain(many) {
                sketch.add(HLL_RANDOM_STATE.hash_one(code));
            }
            for text in long {
                sketch.add(HLL_RANDOM_STATE.hash_one(text.as_ref()));
            }
            sketch
        })
    }

    /// Appends what [`Distinct::merge`] reads; nothing when there is no value.
    fn encode(&self, out: &mut Vec<u8>) {
        let more = self.more.as_deref();
        if let Some(sketch) = more.and_then(|more| more.sketch.as_ref()) {
            out.push(SKETCH);
            out.extend_from_slice(sketch.registers());
            return;
        }
        let many = more.map_or(0, |more| more.many.len());
        let codes = self.few.len() + many;
        let long = more.iter().flat_map(|more| &more.long);
        if codes == 0 && long.clone().next().is_none() {
            return;
        }
        out.push(SET);
        out.extend_from_slice(&(codes as u64).to_le_bytes());
        let many = more.iter().flat_map(|more| &more.many);
        for code in self.few.iter().chain(many) {
            out.extend_from_slice(&code.to_le_bytes());
        }
        for text in long {
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
        let few = match self.few.spilled() {
            true => self.few.capacity() * size_of::<u128>(),
            false => 0,
        };
        few + self.more.as_ref().map_or(0, |more| more.heap())
    }
}

impl More {
    /// Values in the sets.
    fn exact(&self) -> usize {
        self.many.len() + self.long.len()
    }

    /// Bytes allocated, its own among them.
    fn heap(&self) -> usize {
        // A hash table spends one byte of its own per entry.
        size_of_val(self)
            + self.many.capacity() * (size_of::<u128>() + 1)
            + self.long.capacity() * (size_of::<Box<str>>() + 1)
            + self.long_bytes
            + self.sketch.as_ref().map_or(0, |_| REGISTERS)
    }
}
