//! `topk(k, x)`: the k most frequent values, most frequent first (spec 7.7); equally frequent
//! ones in the order of `sort`.
//!
//! Exact up to [`MOST`] distinct values per group. Beyond that a Misra-Gries summary: whenever
//! there are too many, the [`KEPT`] most frequent stay, and the count of the first that does not
//! is subtracted from theirs. So no count is too low by more than one part in [`KEPT`] of the
//! rows, values that differ by more keep their order, and summaries can be merged.

use std::cmp::Ordering;
use std::collections::HashMap;

use arrow::array::ArrayRef;
use datafusion::common::hash_utils::RandomState;
use datafusion::common::{Result, plan_err};
use flowgauge_event::Number;

use super::bucket::{self, Bucket, buckets};
use super::cells::text_column;
use super::codec::{Reader, put_text};
use super::grouped::start;
use super::udaf::Aggregate;
use super::values::json_list;
use crate::values::canonical;
use crate::{sort_key, types};

/// Distinct values of a group at most.
const MOST: usize = 100_000;
/// Values that remain when there would be more.
const KEPT: usize = MOST / 2;
/// Greatest k.
const LARGEST_K: i64 = 10_000;

/// `topk(k, x)`.
pub(super) static TOPK: Aggregate = Aggregate {
    name: "topk",
    arguments: 2,
    returns: |_| types::JSON,
    state: bucket::state_types,
    create: |call| {
        let k = call.constant(0)?;
        match canonical(k) {
            Some(Number::Int(k @ 1..=LARGEST_K)) => {
                start(buckets(1, move |slots| evaluate(slots, k as usize)))
            }
            _ => plan_err!("topk takes a whole number from 1 to {LARGEST_K}, not {k}"),
        }
    },
};

fn evaluate(slots: Vec<Counts>, k: usize) -> Result<ArrayRef> {
    let lists = slots
        .into_iter()
        .map(|slot| {
            if slot.counts.is_empty() {
                Ok(None)
            } else {
                json_list(&slot.top(k)).map(Some)
            }
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(text_column(
        lists.iter().map(Option::as_deref),
        &types::JSON,
    ))
}

/// How often each value of a group came.
#[derive(Default)]
struct Counts {
    counts: HashMap<Box<str>, u64, RandomState>,
    /// Bytes of the texts.
    texts: usize,
}

impl Counts {
    /// The k most frequent.
    fn top(self, k: usize) -> Vec<Box<str>> {
        let mut counts: Vec<(Box<str>, u64)> = self.counts.into_iter().collect();
        counts.sort_unstable_by(by_frequency);
        counts.truncate(k);
        counts.into_iter().map(|(text, _)| text).collect()
    }

    fn add(&mut self, value: &str, count: u64) {
        if let Some(known) = self.counts.get_mut(value) {
            *known += count;
            return;
        }
        if self.counts.len() == MOST {
            self.prune();
        }
        self.texts += value.len();
        self.counts.insert(value.into(), count);
    }

    /// Leaves the most frequent. Done at twice their number, so it costs each value little.
    fn prune(&mut self) {
        let mut counts: Vec<(Box<str>, u64)> =
            std::mem::take(&mut self.counts).into_iter().collect();
        let surplus = if counts.len() > KEPT {
            counts.select_nth_unstable_by(KEPT, by_frequency).1.1
        } else {
            0
        };
        counts.truncate(KEPT);
        self.texts = counts.iter().map(|(text, _)| text.len()).sum();
        self.counts = counts
            .into_iter()
            .map(|(text, count)| (text, count - surplus))
            .collect();
    }
}

fn by_frequency((a, m): &(Box<str>, u64), (b, n): &(Box<str>, u64)) -> Ordering {
    n.cmp(m).then_with(|| sort_key::compare(a, b))
}

impl Bucket for Counts {
    type Input = str;

    fn push(&mut self, value: &str) {
        self.add(value, 1);
    }

    fn encode(&self, out: &mut Vec<u8>) {
        for (text, count) in &self.counts {
            put_text(text, out);
            out.extend_from_slice(&count.to_le_bytes());
        }
    }

    fn merge(&mut self, other: &mut Reader) -> Result<()> {
        while !other.is_done() {
            let text = other.text()?;
            self.add(text, other.u64()?);
        }
        Ok(())
    }

    fn heap(&self) -> usize {
        // A hash table spends one byte of its own per entry.
        self.counts.capacity() * (size_of::<(Box<str>, u64)>() + 1) + self.texts
    }
}
