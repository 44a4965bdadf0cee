//! `values(x)`: the distinct values of a group, in the order of `sort` (spec 7.7 and 5.7).
//!
//! At most [`LIMIT`] of them, the first in that order, whatever order the rows came in.

use std::collections::HashSet;

use arrow::array::ArrayRef;
use datafusion::common::hash_utils::RandomState;
use datafusion::common::{Result, internal_datafusion_err};

use super::bucket::{self, Bucket, buckets};
use super::cells::text_column;
use super::codec::{Reader, put_text};
use super::grouped::start;
use super::udaf::Aggregate;
use crate::{Statistics, sort_key, types};

/// Most values of one group.
const LIMIT: usize = 10_000;

/// `values(x)`.
pub(super) static VALUES: Aggregate = Aggregate {
    name: "values",
    arguments: 1,
    returns: |_| types::LIST,
    state: bucket::state_types,
    create: |call| {
        let statistics = call.statistics();
        start(buckets(0, move |slots| {
            evaluate(slots, statistics.as_deref())
        }))
    },
};

fn evaluate(slots: Vec<Values>, statistics: Option<&Statistics>) -> Result<ArrayRef> {
    if let Some(statistics) = statistics {
        let cut = slots.iter().filter(|slot| slot.set.len() > LIMIT).count();
        Statistics::add(&statistics.values_cut, cut as u64);
    }
    let lists = slots
        .into_iter()
        .map(|slot| {
            if slot.set.is_empty() {
                Ok(None)
            } else {
                json_list(&slot.first(LIMIT)).map(Some)
            }
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(text_column(
        lists.iter().map(Option::as_deref),
        &types::LIST,
    ))
}

/// A JSON array of strings.
pub(super) fn json_list(texts: &[Box<str>]) -> Result<String> {
    serde_json::to_string(texts)
        .map_err(|error| internal_datafusion_err!("a list of text is no JSON: {error}"))
}

/// The distinct values of a group, twice as many as wanted at most.
#[derive(Default)]
struct Values {
    set: HashSet<Box<str>, RandomState>,
    /// Bytes of the texts.
    texts: usize,
    /// The last value that can still be among the wanted; `None` while fewer were seen.
    bound: Option<Box<str>>,
}

impl Values {
    /// The first values in order.
    fn first(self, count: usize) -> Vec<Box<str>> {
        let mut texts: Vec<Box<str>> = self.set.into_iter().collect();
        texts.sort_by_cached_key(|text| {
            let mut key = Vec::with_capacity(text.len() + 16);
            sort_key::encode(text, &mut key);
            key
        });
        texts.truncate(count);
        texts
    }

    /// Drops what cannot be among the wanted, but for one value, which tells that there were more.
    /// Done at twice the limit, so it costs each value little.
    fn prune(&mut self) {
        let first = std::mem::take(self).first(LIMIT + 1);
        self.bound = first.last().cloned();
        self.texts = first.iter().map(|text| text.len()).sum();
        self.set = first.into_iter().collect();
    }
}

impl Bucket for Values {
    type Input = str;

    fn push(&mut self, value: &str) {
        if self.set.contains(value)
            || self
                .bound
                .as_ref()
                .is_some_and(|bound| sort_key::compare(value, bound).is_gt())
        {
            return;
        }
        self.texts += value.len();
        self.set.insert(value.into());
        if self.set.len() == 2 * LIMIT {
            self.prune();
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        for text in &self.set {
            put_text(text, out);
        }
    }

    fn merge(&mut self, other: &mut Reader) -> Result<()> {
        while !other.is_done() {
            self.push(other.text()?);
        }
        Ok(())
    }

    fn heap(&self) -> usize {
        // A hash table spends one byte of its own per entry.
        self.set.capacity() * (size_of::<Box<str>>() + 1)
            + self.texts
            + self.bound.as_ref().map_or(0, |bound| bound.len())
    }
}
