//! The groups of one thread: which group a row is in.

use std::hash::{BuildHasher, Hasher};
use std::hint::black_box;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::common::hash_utils::HLL_RANDOM_STATE;

use super::keys::Key;
use super::slots::Slots;

/// Rows whose groups are looked for together.
const AT_ONCE: usize = 64;

/// Numbers groups as they come.
pub(super) struct Table {
    keys: Vec<Key>,
    slots: Slots,
    /// The codes of each group, one per key.
    codes: Vec<u128>,
    /// The codes of the rows at hand.
    rows: Vec<u128>,
}

impl Table {
    /// No groups, with keys of those types; there is at least one.
    pub(super) fn new(types: impl Iterator<Item = DataType>) -> Table {
        Table {
            keys: types.map(Key::new).collect(),
            slots: Slots::new(),
            codes: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// The group of every row of some key columns.
    pub(super) fn assign(&mut self, columns: &[ArrayRef], groups: &mut Vec<usize>) -> Result<()> {
        let stride = self.keys.len();
        let rows = columns.first().map_or(0, |column| column.len());
        self.rows.clear();
        self.rows.resize(rows * stride, 0);
        for (at, (key, column)) in self.keys.iter_mut().zip(columns).enumerate() {
            // Without rows there is no place to begin at.
            let codes = self.rows.get_mut(at..).unwrap_or_default();
            key.encode(column, codes, stride)?;
        }
        groups.clear();
        groups.reserve(rows);
        match stride {
            1 => self.probe::<1>(groups),
            2 => self.probe::<2>(groups),
            3 => self.probe::<3>(groups),
            _ => self.probe_wide(groups),
        }
        Ok(())
    }

    /// [`Table::probe_wide`] with a number of keys that the compiler knows.
    fn probe<const KEYS: usize>(&mut self, groups: &mut Vec<usize>) {
        let (rows, _) = self.rows.as_chunks::<KEYS>();
        let mut hashes = [0; AT_ONCE];
        for rows in rows.chunks(AT_ONCE) {
            for (hash, row) in hashes.iter_mut().zip(rows) {
                *hash = hash_of(row);
            }
            // Where there are many groups, each row waits for memory twice. Here nothing depends on what is
            // found, so the processor fetches for many rows at once.
            let fetched = hashes.iter().take(rows.len()).map(|&hash| {
                let group = self.slots.likely(hash);
                self.codes.get(group * KEYS).map_or(0, |code| *code as u8)
            });
            black_box(fetched.fold(0, |all, code| all ^ code));
            for (row, &hash) in rows.iter().zip(&hashes) {
                let next = self.codes.len() / KEYS;
                let group = self.slots.find_or_take(hash, next, |group| {
                    self.codes.as_chunks::<KEYS>().0[group] == *row
                });
                if group == next {
                    self.codes.extend_from_slice(row);
                }
                groups.push(group);
            }
        }
    }

    fn probe_wide(&mut self, groups: &mut Vec<usize>) {
        let keys = self.keys.len();
        for row in self.rows.chunks_exact(keys) {
            let next = self.codes.len() / keys;
            let group = self.slots.find_or_take(hash_of(row), next, |group| {
                self.codes[group * keys..][..keys] == *row
            });
            if group == next {
                self.codes.extend_from_slice(row);
            }
            groups.push(group);
        }
    }

    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.codes.len() / self.keys.len()
    }

    /// The key columns of all groups, in order; then there are none.
    pub(super) fn take(&mut self) -> Result<Vec<ArrayRef>> {
        let codes = std::mem::take(&mut self.codes);
        let stride = self.keys.len();
        let columns = self
            .keys
            .iter()
            .enumerate()
            .map(|(at, key)| key.decode(codes.chunks_exact(stride).map(|codes| codes[at])))
            .collect();
        self.keys.iter_mut().for_each(Key::clear);
        self.slots = Slots::new();
        columns
    }

    /// Bytes allocated.
    pub(super) fn size(&self) -> usize {
        let codes = (self.codes.capacity() + self.rows.capacity()) * size_of::<u128>();
        self.slots.size() + codes + self.keys.iter().map(Key::size).sum::<usize>()
    }
}

#[inline(always)]
fn hash_of(codes: &[u128]) -> u64 {
    let mut hasher = HLL_RANDOM_STATE.build_hasher();
    for &code in codes {
        hasher.write_u128(code);
    }
    hasher.finish()
}
