//! Percentiles: the state of `pct` and `median`.
//!
//! The value whose rank is ⌈p/100 · n⌉, exactly, up to [`EXACT`] numbers per group; then an
//! estimate by a t-digest. Numbers are floats here.

use std::sync::Arc;

use arrow::array::Float64Array;
use datafusion::common::{Result, internal_err};
use datafusion_functions_aggregate_common::tdigest::{Centroid, TDigest};

use super::bucket::{Bucket, buckets};
use super::codec::Reader;
use super::grouped::start;
use super::udaf::Groups;

/// Numbers of a group that are kept as they are.
const EXACT: usize = 10_000;
/// Centroids of a digest: more make it more precise.
const CENTROIDS: usize = 500;

const NUMBERS: u8 = 1;
const DIGEST: u8 = 2;

/// Starts the percentile of the first argument.
pub(super) fn create(percent: f64) -> Result<Box<dyn Groups>> {
    start(buckets(0, move |slots: Vec<Sample>| {
        Ok(Arc::new(
            slots
                .into_iter()
                .map(|sample| sample.percentile(percent))
                .collect::<Float64Array>(),
        ))
    }))
}

/// The numbers of a group.
#[derive(Default)]
struct Sample {
    /// Numbers that are not in the digest.
    numbers: Vec<f64>,
    digest: Option<TDigest>,
}

impl Sample {
    fn percentile(mut self, percent: f64) -> Option<f64> {
        if self.digest.is_none() {
            let last = self.numbers.len().checked_sub(1)?;
            // A product that should be whole may come out a trifle above.
            let rank = (percent * self.numbers.len() as f64 / 100.0 - 1e-9).ceil() as usize;
            let index = rank.saturating_sub(1).min(last);
            return Some(*self.numbers.select_nth_unstable_by(index, f64::total_cmp).1);
        }
        self.digest_all();
        self.digest
            .map(|digest| digest.estimate_quantile(percent / 100.0))
            .filter(|value| value.is_finite())
    }

    /// Moves the numbers to the digest.
    fn digest_all(&mut self) {
        let numbers = std::mem::take(&mut self.numbers);
        let digest = self
            .digest
            .take()
            .unwrap_or_else(|| TDigest::new(CENTROIDS));
        self.digest = Some(if numbers.is_empty() {
            digest
        } else {
            digest.merge_unsorted_f64(numbers)
        });
    }
}

impl Bucket for Sample {
    type Input = f64;

    fn push(&mut self, value: &f64) {
        if self.numbers.len() == EXACT {
            self.digest_all();
        }
        self.numbers.push(*value);
    }

    fn encode(&self, out: &mut Vec<u8>) {
        if let Some(digest) = &self.digest {
            out.push(DIGEST);
            out.extend_from_slice(&(digest.centroids().len() as u64).to_le_bytes());
            let parts = [digest.sum(), digest.count(), digest.max(), digest.min()];
            let centroids = digest
                .centroids()
                .iter()
                .flat_map(|centroid| [centroid.mean(), centroid.weight()]);
            for part in parts.into_iter().chain(centroids) {
                out.extend_from_slice(&part.to_le_bytes());
            }
        }
        if !self.numbers.is_empty() {
            out.push(NUMBERS);
            for number in &self.numbers {
                out.extend_from_slice(&number.to_le_bytes());
            }
        }
    }

    fn merge(&mut self, other: &mut Reader) -> Result<()> {
        while !other.is_done() {
            match other.u8()? {
                NUMBERS => {
                    while !other.is_done() {
                        self.push(&other.f64()?);
                    }
                }
                DIGEST => {
                    let centroids = other.u64()?;
                    let [sum, count, max, min] =
                        [other.f64()?, other.f64()?, other.f64()?, other.f64()?];
                    let centroids = (0..centroids)
                        .map(|_| Ok(Centroid::new(other.f64()?, other.f64()?)))
                        .collect::<Result<Vec<_>>>()?;
                    let theirs =
                        TDigest::try_from_parts(CENTROIDS, sum, count, max, min, centroids)?;
                    self.digest = Some(match self.digest.take() {
                        Some(mine) => TDigest::merge_digests([&mine, &theirs]),
                        None => theirs,
                    });
                }
                kind => return internal_err!("a partial percentile has the unknown kind {kind}"),
            }
        }
        Ok(())
    }

    fn heap(&self) -> usize {
        self.numbers.capacity() * size_of::<f64>()
            + self
                .digest
                .as_ref()
                .map_or(0, |digest| digest.size() - size_of::<TDigest>())
    }
}
