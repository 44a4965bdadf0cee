//! `countDistinct(x)`: how many different values there are (spec 7.7).
//!
//! Exact up to [`EXACT`] values per group, then an estimate with an error of about 1%. Values are
//! compared as they print; integers and times as integers, which is the same and needs no text.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use datafusion::common::hash_utils::{HLL_RANDOM_STATE, RandomState};
use datafusion::common::{Result, internal_err};

use super::bucket::{self, Bucket, Input, buckets};
use super::codec::{Reader, put_text};
use super::grouped::start;
use super::hyperloglog::{HyperLogLog, REGISTERS};
use super::udaf::Aggregate;

/// Distinct values of a group that are counted exactly.
const EXACT: usize = 10_000;

/// `countDistinct(x)`.
pub(super) static COUNT_DISTINCT: Aggregate = Aggregate {
    name: "countdistinct",
    arguments: 1,
    returns: |_| DataType::Int64,
    state: bucket::state_types,
    create: |call| match call.argument_type(0) {
        DataType::Int64 | DataType::Boolean | DataType::Timestamp(_, _) => {
            start(buckets(0, evaluate::<i64>))
        }
        _ => start(buckets(0, evaluate::<Box<str>>)),
    },
};

fn evaluate<K: Key>(slots: Vec<Distinct<K>>) -> Result<ArrayRef> {
    Ok(Arc::new(Int64Array::from_iter_values(
        slots.iter().map(|distinct| distinct.count() as i64),
    )))
}

/// A value in a set.
trait Key: Hash + Eq + Borrow<Self::View> + Send + Sync + 'static {
    /// The value as columns give it.
    type View: Input + Hash + Eq + ?Sized;
    fn own(view: &Self::View) -> Self;
    fn heap(view: &Self::View) -> usize;
    fn put(view: &Self::View, out: &mut Vec<u8>);
    fn read<T>(state: &mut Reader, then: impl FnOnce(&Self::View) -> T) -> Result<T>;
}

impl Key for i64 {
    type View = i64;

    fn own(view: &i64) -> i64 {
        *view
    }

    fn heap(_: &i64) -> usize {
        0
    }

    fn put(view: &i64, out: &mut Vec<u8>) {
        out.extend_from_slice(&view.to_le_bytes());
    }

    fn read<T>(state: &mut Reader, then: impl FnOnce(&i64) -> T) -> Result<T> {
        Ok(then(&(state.u64()? as i64)))
    }
}

impl Key for Box<str> {
    type View = str;

    fn own(view: &str) -> Box<str> {
        view.into()
    }

    fn heap(view: &str) -> usize {
        view.len()
    }

    fn put(view: &str, out: &mut Vec<u8>) {
        put_text(view, out);
    }

    fn read<T>(state: &mut Reader, then: impl FnOnce(&str) -> T) -> Result<T> {
        Ok(then(state.text()?))
    }
}

/// The distinct values of a group.
struct Distinct<K> {
    set: HashSet<K, RandomState>,
    /// Bytes that the keys of the set have allocated.
    keys: usize,
    /// Takes over from the set when that grows too large.
    sketch: Option<HyperLogLog>,
}

const SET: u8 = 1;
const SKETCH: u8 = 2;

impl<K> Default for Distinct<K> {
    fn default() -> Self {
        Distinct {
            set: HashSet::default(),
            keys: 0,
            sketch: None,
        }
    }
}

impl<K: Key> Distinct<K> {
    fn count(&self) -> u64 {
        self.sketch
            .as_ref()
            .map_or(self.set.len() as u64, HyperLogLog::count)
    }

    /// The sketch, which from now on holds everything.
    fn sketch(&mut self) -> &mut HyperLogLog {
        self.sketch.get_or_insert_with(|| {
            let mut sketch = HyperLogLog::new();
            for key in std::mem::take(&mut self.set) {
                sketch.add(hash::<K>(key.borrow()));
            }
            self.keys = 0;
            sketch
        })
    }
}

fn hash<K: Key>(value: &K::View) -> u64 {
    HLL_RANDOM_STATE.hash_one(value)
}

impl<K: Key> Bucket for Distinct<K> {
    type Input = K::View;

    fn push(&mut self, value: &K::View) {
        if let Some(sketch) = &mut self.sketch {
            sketch.add(hash::<K>(value));
        } else if !self.set.contains(value) {
            if self.set.len() == EXACT {
                self.sketch().add(hash::<K>(value));
            } else {
                self.keys += K::heap(value);
                self.set.insert(K::own(value));
            }
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        if let Some(sketch) = &self.sketch {
            out.push(SKETCH);
            out.extend_from_slice(sketch.registers());
        } else if !self.set.is_empty() {
            out.push(SET);
            for key in &self.set {
                K::put(key.borrow(), out);
            }
        }
    }

    fn merge(&mut self, other: &mut Reader) -> Result<()> {
        match other.u8()? {
            SET => {
                while !other.is_done() {
                    K::read(other, |value| self.push(value))?;
                }
                Ok(())
            }
            SKETCH => {
                let registers = other.bytes(REGISTERS)?;
                self.sketch().merge(registers);
                Ok(())
            }
            kind => internal_err!("a partial distinct count has the unknown kind {kind}"),
        }
    }

    fn heap(&self) -> usize {
        // A hash table spends one byte of its own per entry.
        self.set.capacity() * (size_of::<K>() + 1)
            + self.keys
            + self.sketch.as_ref().map_or(0, |_| REGISTERS)
    }
}
