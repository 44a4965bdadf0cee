//! Counts of numbers in bounded memory.
//!
//! Numbers are exact until there are too many different ones; then the last bits of all are cut, as
//! few as will do. How many that is depends on the numbers alone, because what is the same with more
//! bits is the same with fewer: so neither order nor division of the rows shows.

use std::collections::HashMap;

use datafusion::common::Result;
use datafusion::common::hash_utils::RandomState;

use super::super::codec::Reader;
use super::values::{Sides, add, put_length, put_numbers, sides};

/// Different numbers that are kept. With all bits of the fraction cut there are at most 4,096.
const NUMBERS: usize = 8192;

/// Numbers with their counts.
#[derive(Default)]
pub(super) struct Numbers {
    /// Bits that are cut.
    cut: u32,
    /// Counts by the bits of the number.
    counts: HashMap<u64, Sides, RandomState>,
}

impl Numbers {
    /// Adds a finite number.
    pub(super) fn add(&mut self, number: f64, counts: Sides) {
        self.count(number.to_bits(), counts);
    }

    fn count(&mut self, bits: u64, counts: Sides) {
        add(self.counts.entry(cut(bits, self.cut)).or_default(), counts);
        while self.counts.len() > NUMBERS && self.cut < f64::MANTISSA_DIGITS - 1 {
            self.coarsen(self.cut + 1);
        }
    }

    fn coarsen(&mut self, to: u32) {
        self.cut = to;
        for (bits, counts) in std::mem::take(&mut self.counts) {
            add(self.counts.entry(cut(bits, to)).or_default(), counts);
        }
    }

    /// Adds those of another.
    pub(super) fn merge(&mut self, other: &Numbers) {
        if other.cut > self.cut {
            self.coarsen(other.cut);
        }
        for (bits, counts) in &other.counts {
            self.count(*bits, *counts);
        }
    }

    /// The numbers, each the smallest in size of those that it stands for.
    pub(super) fn iter(&self) -> impl Iterator<Item = (f64, Sides)> + '_ {
        let counts = self.counts.iter();
        counts.map(|(bits, counts)| (f64::from_bits(*bits), *counts))
    }

    /// Entries that there is memory for.
    pub(super) fn capacity(&self) -> usize {
        self.counts.capacity()
    }

    /// Appends what [`Numbers::decode`] reads.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        put_length(self.cut as usize, out);
        put_numbers(self.counts.iter(), out);
    }

    /// Reads what was appended.
    pub(super) fn decode(from: &mut Reader) -> Result<Numbers> {
        let cut = u32::try_from(from.u64()?).unwrap_or(u32::MAX);
        let mut numbers = Numbers {
            cut: cut.min(f64::MANTISSA_DIGITS - 1),
            counts: HashMap::default(),
        };
        for _ in 0..from.u64()? {
            let bits = from.u64()?;
            numbers.counts.insert(bits, sides(from)?);
        }
        Ok(numbers)
    }
}

fn cut(bits: u64, cut: u32) -> u64 {
    bits >> cut << cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(numbers: &Numbers) -> Vec<(u64, Sides)> {
        let mut all: Vec<(u64, Sides)> = numbers
            .iter()
            .map(|(number, counts)| (number.to_bits(), counts))
            .collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn numbers_are_exact_until_there_are_too_many() {
        let mut numbers = Numbers::default();
        // Times of a day, which differ in their last digits only.
        for second in 0..NUMBERS as u32 {
            numbers.add(1_768_348_800.0 + f64::from(second), [1, 0]);
        }
        assert_eq!((numbers.cut, numbers.counts.len()), (0, NUMBERS));
        numbers.add(0.5, [0, 1]);
        assert!(numbers.cut > 0 && numbers.counts.len() <= NUMBERS);
        let kept = numbers.iter().map(|(_, counts)| counts[0]).sum::<u64>();
        assert_eq!(kept, NUMBERS as u64);
    }

    #[test]
    fn order_and_division_do_not_show() {
        let values: Vec<f64> = (0..30_000u32)
            .map(|row| f64::from(row.wrapping_mul(2_654_435_761)) / 1000.0)
            .collect();
        let mut forward = Numbers::default();
        values.iter().for_each(|value| forward.add(*value, [1, 0]));
        let mut backward = Numbers::default();
        let parts = values.chunks(7_000).rev().map(|part| {
            let mut numbers = Numbers::default();
            part.iter()
                .rev()
                .for_each(|value| numbers.add(*value, [1, 0]));
            let mut bytes = Vec::new();
            numbers.encode(&mut bytes);
            Numbers::decode(&mut Reader(&bytes)).expect("what was written")
        });
        parts.for_each(|part| backward.merge(&part));
        assert_eq!(forward.cut, backward.cut);
        assert_eq!(sorted(&forward), sorted(&backward));
    }
}
