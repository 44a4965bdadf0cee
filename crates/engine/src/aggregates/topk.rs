//! `topk(k, x)`: the k most frequent values, most frequent first (spec 7.7); equally frequent
//! ones in the order of `sort`.
//!
//! Exact up to 100,000 distinct values per group, then as approximate as `frequent` says.

use arrow::array::ArrayRef;
use datafusion::common::{Result, internal_datafusion_err, plan_err};
use flowgauge_event::Number;

use super::bucket::{self, Bucket, buckets};
use super::cells::text_column;
use super::codec::Reader;
use super::frequent::Frequent;
use super::grouped::start;
use super::udaf::Aggregate;
use super::values::json_list;
use crate::values::canonical;
use crate::{sort_key, types};

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

fn evaluate(slots: Vec<Texts>, k: usize) -> Result<ArrayRef> {
    let lists = slots
        .into_iter()
        .map(|slot| {
            if slot.0.is_empty() {
                Ok(None)
            } else {
                json_list(&slot.top(k)?).map(Some)
            }
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(text_column(
        lists.iter().map(Option::as_deref),
        &types::JSON,
    ))
}

/// How often each text of a group came.
#[derive(Default)]
struct Texts(Frequent);

impl Texts {
    /// The k most frequent.
    fn top(self, k: usize) -> Result<Vec<Box<str>>> {
        let mut counts = Vec::new();
        for (text, count) in self.0.into_counts() {
            let text = String::from_utf8(text.into())
                .map_err(|_| internal_datafusion_err!("topk holds text that is no UTF-8"))?;
            counts.push((text.into_boxed_str(), count));
        }
        counts.sort_unstable_by(|(a, m), (b, n)| n.cmp(m).then_with(|| sort_key::compare(a, b)));
        counts.truncate(k);
        Ok(counts.into_iter().map(|(text, _)| text).collect())
    }
}

impl Bucket for Texts {
    type Input = str;

    fn push(&mut self, value: &str) {
        self.0.add(value.as_bytes(), 1);
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
