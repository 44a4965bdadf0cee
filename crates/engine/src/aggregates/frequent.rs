//! The most frequent values, exactly up to a bound and then approximately, in bounded memory and
//! mergeable: the state of `topk` and of `countFrequent`.
//!
//! Beyond the bound it is a Misra-Gries summary: whenever there are too many distinct values, the
//! more frequent half stays, and the count of the first that does not is subtracted from theirs.
//! So no count is too high, none is too low by more than one part in that half of the rows, and
//! values that differ by more keep their order.

use std::collections::HashMap;

use datafusion::common::Result;
use datafusion::common::hash_utils::RandomState;

use super::codec::{Reader, put_bytes};

/// Distinct values of a group at most.
const MOST: usize = flowgauge_event::limits::FREQUENT_COMBINATIONS;
/// Values that remain when there would be more.
const KEPT: usize = MOST / 2;

/// How often each value of a group came.
#[derive(Default)]
pub(super) struct Frequent {
    counts: HashMap<Box<[u8]>, u64, RandomState>,
    /// Bytes of the values.
    bytes: usize,
}

impl Frequent {
    /// Whether no value came.
    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The values with their counts, in no order.
    pub(super) fn into_counts(self) -> Vec<(Box<[u8]>, u64)> {
        self.counts.into_iter().collect()
    }

    /// Adds a value that came `count` times.
    pub(super) fn add(&mut self, value: &[u8], count: u64) {
        if let Some(known) = self.counts.get_mut(value) {
            *known += count;
            return;
        }
        if self.counts.len() == MOST {
            self.prune();
        }
        self.bytes += value.len();
        self.counts.insert(value.into(), count);
    }

    /// Leaves the most frequent. Done at twice their number, so it costs each value little.
    fn prune(&mut self) {
        let mut counts = std::mem::take(&mut self.counts)
            .into_iter()
            .collect::<Vec<_>>();
        let surplus = if counts.len() > KEPT {
            let by_frequency = |(a, m): &(Box<[u8]>, u64), (b, n): &(Box<[u8]>, u64)| {
                n.cmp(m).then_with(|| a.cmp(b))
            };
            counts.select_nth_unstable_by(KEPT, by_frequency).1.1
        } else {
            0
        };
        counts.truncate(KEPT);
        counts.retain(|(_, count)| *count > surplus);
        self.bytes = counts.iter().map(|(value, _)| value.len()).sum();
        self.counts = counts
            .into_iter()
            .map(|(value, count)| (value, count - surplus))
            .collect();
    }

    /// Appends what [`Frequent::merge`] reads.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        for (value, count) in &self.counts {
            put_bytes(value, out);
            out.extend_from_slice(&count.to_le_bytes());
        }
    }

    /// Adds the counts of another.
    pub(super) fn merge(&mut self, other: &mut Reader) -> Result<()> {
        while !other.is_done() {
            let value = other.sized()?;
            self.add(value, other.u64()?);
        }
        Ok(())
    }

    /// Bytes allocated.
    pub(super) fn heap(&self) -> usize {
        // A hash table spends one byte of its own per entry.
        self.counts.capacity() * (size_of::<(Box<[u8]>, u64)>() + 1) + self.bytes
    }
}
