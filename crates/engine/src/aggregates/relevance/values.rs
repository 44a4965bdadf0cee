//! The values of one field, told apart by whether their events meet the condition, in bounded
//! memory and mergeable.
//!
//! Up to [`VALUES`] distinct values all counts are exact. Beyond it three summaries take over,
//! filled from the exact counts: the frequent values, whose counts may be too low by what came
//! while they were not among them; a sample of all values, those with the smallest hashes, whose
//! counts stay exact; and, as long as all values are numbers, counts of them ([`Numbers`]). Which
//! values are in the sample and how numbers are cut depends on nothing but the values, so neither
//! depends on how the rows were divided.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use datafusion::common::Result;
use datafusion::common::hash_utils::RandomState;
use flowgauge_event::{Number, limits};

use super::super::codec::{Reader, put_bytes};
use super::numbers::Numbers;

/// Distinct values that are counted exactly.
pub(super) const VALUES: usize = limits::RELEVANT_VALUES;
/// Values that remain when there would be more.
const KEPT: usize = VALUES / 2;
/// Values in the sample.
const SAMPLE: usize = VALUES / 4;
/// What flow logs print where there is no value.
pub(super) const PLACEHOLDER: &[u8] = b"-";
/// Ends the beginning of a value that was cut; no UTF-8 text holds it.
const CUT: u8 = 0xFF;

/// Events that meet the condition, and the others.
pub(super) type Sides = [u64; 2];

/// Adds counts.
pub(super) fn add(to: &mut Sides, counts: Sides) {
    for (to, count) in to.iter_mut().zip(counts) {
        *to += count;
    }
}

/// What is known of a field's values.
#[derive(Default)]
pub(super) struct FieldValues {
    /// Events that have the field.
    pub present: Sides,
    /// Events whose value is [`PLACEHOLDER`], which does not keep a field from being numeric.
    pub placeholders: Sides,
    /// Whether some value came twice.
    pub repeated: bool,
    /// Counts of values by key (see [`text_of`]); all of them, or the frequent ones.
    pub counts: HashMap<Box<[u8]>, Sides, RandomState>,
    /// Bytes of the keys.
    bytes: usize,
    /// What there is beyond the exact counts.
    pub summary: Option<Box<Summary>>,
}

/// What remains of more values than are counted exactly.
pub(super) struct Summary {
    /// Values by their hash.
    pub sample: BTreeMap<u64, Sides>,
    /// Counts of the numbers; none once a value was no number.
    pub numbers: Option<Numbers>,
}

impl FieldValues {
    /// Adds a value of an event on one side.
    pub(super) fn push(&mut self, value: &str, side: usize) {
        let mut counts = Sides::default();
        counts[side] = 1;
        add(&mut self.present, counts);
        if value.as_bytes() == PLACEHOLDER {
            add(&mut self.placeholders, counts);
        }
        self.count(&key_of(value), counts);
    }

    fn count(&mut self, key: &[u8], counts: Sides) {
        if self.counts.len() == VALUES && !self.counts.contains_key(key) {
            self.summary();
        }
        self.tally(key, counts);
        if let Some(summary) = &mut self.summary {
            summary.add(key, counts);
        }
    }

    /// The summary; made of the exact counts when there is none.
    fn summary(&mut self) -> &mut Summary {
        let counts = &self.counts;
        self.summary
            .get_or_insert_with(|| Box::new(Summary::of(counts)))
    }

    fn tally(&mut self, key: &[u8], counts: Sides) {
        if let Some(known) = self.counts.get_mut(key) {
            add(known, counts);
            self.repeated = true;
            return;
        }
        if self.counts.len() == VALUES {
            self.prune();
        }
        self.repeated |= total(&counts) > 1;
        self.bytes += key.len();
        self.counts.insert(key.into(), counts);
    }

    /// Leaves the more frequent half.
    fn prune(&mut self) {
        let mut counts: Vec<(Box<[u8]>, Sides)> =
            std::mem::take(&mut self.counts).into_iter().collect();
        if counts.len() > KEPT {
            counts.select_nth_unstable_by(KEPT, |(a, m), (b, n)| {
                total(n).cmp(&total(m)).then_with(|| a.cmp(b))
            });
            counts.truncate(KEPT);
        }
        self.bytes = counts.iter().map(|(key, _)| key.len()).sum();
        self.counts = counts.into_iter().collect();
    }

    /// Bytes allocated.
    pub(super) fn heap(&self) -> usize {
        // A hash table spends one byte of its own per entry.
        let counts = self.counts.capacity() * (size_of::<(Box<[u8]>, Sides)>() + 1) + self.bytes;
        let entry = size_of::<(u64, Sides)>() + 1;
        let summary = self.summary.as_ref().map_or(0, |summary| {
            let numbers = summary.numbers.as_ref().map_or(0, Numbers::capacity);
            // Nodes of the tree may be half empty.
            (numbers + 2 * summary.sample.len()) * entry
        });
        counts + summary
    }

    /// Appends what [`FieldValues::merge`] reads.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        put_sides(&self.present, out);
        put_sides(&self.placeholders, out);
        out.push(u8::from(self.repeated));
        put_length(self.counts.len(), out);
        for (key, counts) in &self.counts {
            put_bytes(key, out);
            put_sides(counts, out);
        }
        out.push(u8::from(self.summary.is_some()));
        let Some(summary) = &self.summary else { return };
        put_numbers(summary.sample.iter(), out);
        out.push(u8::from(summary.numbers.is_some()));
        if let Some(numbers) = &summary.numbers {
            numbers.encode(out);
        }
    }

    /// Adds the values of another.
    pub(super) fn merge(&mut self, other: &mut Reader) -> Result<()> {
        add(&mut self.present, sides(other)?);
        add(&mut self.placeholders, sides(other)?);
        self.repeated |= other.u8()? != 0;
        let counts = (0..other.u64()?)
            .map(|_| Ok((other.sized()?, sides(other)?)))
            .collect::<Result<Vec<_>>>()?;
        if other.u8()? == 0 {
            counts
                .iter()
                .for_each(|(key, counts)| self.count(key, *counts));
            return Ok(());
        }
        let summary = self.summary();
        for _ in 0..other.u64()? {
            let hash = other.u64()?;
            summary.sampled(hash, sides(other)?);
        }
        if other.u8()? == 0 {
            summary.numbers = None;
        } else {
            let theirs = Numbers::decode(other)?;
            if let Some(numbers) = &mut summary.numbers {
                numbers.merge(&theirs);
            }
        }
        // They are in the summary already.
        counts
            .iter()
            .for_each(|(key, counts)| self.tally(key, *counts));
        Ok(())
    }
}

impl Summary {
    fn of(counts: &HashMap<Box<[u8]>, Sides, RandomState>) -> Summary {
        let mut summary = Summary {
            sample: BTreeMap::new(),
            numbers: Some(Numbers::default()),
        };
        for (key, counts) in counts {
            summary.add(key, *counts);
        }
        summary
    }

    fn add(&mut self, key: &[u8], counts: Sides) {
        self.sampled(hash_of(key), counts);
        let Some(numbers) = &mut self.numbers else {
            return;
        };
        match number_of(key) {
            Some(number) => numbers.add(number, counts),
            None if key == PLACEHOLDER => {}
            None => self.numbers = None,
        }
    }

    fn sampled(&mut self, hash: u64, counts: Sides) {
        if self.sample.len() == SAMPLE
            && self
                .sample
                .last_key_value()
                .is_some_and(|(last, _)| hash > *last)
        {
            return;
        }
        add(self.sample.entry(hash).or_default(), counts);
        if self.sample.len() > SAMPLE {
            self.sample.pop_last();
        }
    }
}

/// Events of both sides.
pub(super) fn total(counts: &Sides) -> u64 {
    counts[0] + counts[1]
}

/// What a value is counted under: itself, or its beginning and a hash when it is long.
fn key_of(value: &str) -> Cow<'_, [u8]> {
    if value.len() <= limits::RELEVANT_BYTES {
        return Cow::Borrowed(value.as_bytes());
    }
    let beginning = &value[..value.floor_char_boundary(limits::RELEVANT_BYTES)];
    let mut key = beginning.as_bytes().to_vec();
    key.push(CUT);
    key.extend_from_slice(&hash_of(value.as_bytes()).to_le_bytes());
    Cow::Owned(key)
}

/// The value of a key as it is shown, a long one cut.
pub(super) fn text_of(key: &[u8]) -> String {
    match key.iter().position(|byte| *byte == CUT) {
        None => String::from_utf8_lossy(key).into_owned(),
        Some(end) => format!("{}…", String::from_utf8_lossy(&key[..end])),
    }
}

/// The finite number that a value is.
pub(super) fn number_of(key: &[u8]) -> Option<f64> {
    let number = Number::parse_bytes(key)?.as_f64();
    // Both zeros are one number.
    number.is_finite().then_some(number + 0.0)
}

/// A hash that is the same in every process: FNV-1a, and MurmurHash3's finalizer, because samples
/// go by the high bits.
pub(super) fn hash_of(key: &[u8]) -> u64 {
    let hash = key.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

pub(super) fn put_length(length: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&(length as u64).to_le_bytes());
}

/// Appends counts of both sides.
pub(super) fn put_sides(counts: &Sides, out: &mut Vec<u8>) {
    for count in counts {
        out.extend_from_slice(&count.to_le_bytes());
    }
}

/// Appends counts by number.
pub(super) fn put_numbers<'a>(
    counts: impl ExactSizeIterator<Item = (&'a u64, &'a Sides)>,
    out: &mut Vec<u8>,
) {
    put_length(counts.len(), out);
    for (number, counts) in counts {
        out.extend_from_slice(&number.to_le_bytes());
        put_sides(counts, out);
    }
}

/// Reads counts of both sides.
pub(super) fn sides(from: &mut Reader) -> Result<Sides> {
    Ok([from.u64()?, from.u64()?])
}
