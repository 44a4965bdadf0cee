//! Counts over time, in steps of one width for all, aligned to the epoch.
//!
//! The width follows from the span of all times, so that there are at most [`STEPS`] steps and one
//! more; each width divides the next, so that steps can be joined without loss.

use crate::codec::{self, Corrupt, Reader};

/// Most steps that a span is divided into.
pub(crate) const STEPS: i64 = 32;

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;
/// Widths in milliseconds; beyond the last one each is four times the one before.
const WIDTHS: &[i64] = &[
    SECOND,
    5 * SECOND,
    15 * SECOND,
    60 * SECOND,
    300 * SECOND,
    900 * SECOND,
    HOUR,
    3 * HOUR,
    12 * HOUR,
    DAY,
    7 * DAY,
    28 * DAY,
];

/// The smallest width that divides a span of milliseconds into few steps.
pub(crate) fn width_for(span: i64) -> i64 {
    let fits = |width: i64| span / width < STEPS;
    if let Some(width) = WIDTHS.iter().copied().find(|width| fits(*width)) {
        return width;
    }
    let mut width = 28 * DAY;
    while !fits(width) {
        width *= 4;
    }
    width
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    /// Time divided by the width, rounded down.
    pub at: i64,
    /// Lines or numbers.
    pub count: u64,
    /// How many of the numbers are HTTP status codes of errors, 400 to 599.
    pub errors: u64,
    /// Sum of the numbers, thousandths.
    pub sum: i128,
}

/// Steps that have something, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Timeline(pub Vec<Step>);

impl Timeline {
    /// Adds one at step `at`: a line, or a number in thousandths.
    #[inline]
    pub(crate) fn add(&mut self, at: i64, number: Option<i128>) {
        let errors = number.is_some_and(|number| (400_000..600_000).contains(&number));
        self.insert(Step {
            at,
            count: 1,
            errors: u64::from(errors),
            sum: number.unwrap_or(0),
        });
    }

    #[inline]
    fn insert(&mut self, step: Step) {
        // Lines come more or less in order.
        let place = match self.0.last() {
            Some(last) if last.at == step.at => Ok(self.0.len() - 1),
            Some(last) if last.at < step.at => Err(self.0.len()),
            _ => self.0.binary_search_by_key(&step.at, |known| known.at),
        };
        match place {
            Ok(place) => {
                let known = &mut self.0[place];
                known.count += step.count;
                known.errors += step.errors;
                known.sum = known.sum.saturating_add(step.sum);
            }
            Err(place) => self.0.insert(place, step),
        }
    }

    pub(crate) fn merge(&mut self, other: &Timeline) {
        for step in &other.0 {
            self.insert(*step);
        }
    }

    /// Makes steps `factor` times as wide.
    pub(crate) fn coarsen(&mut self, factor: i64) {
        for step in std::mem::take(&mut self.0) {
            self.insert(Step {
                at: step.at.div_euclid(factor),
                ..step
            });
        }
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        codec::put_u32(self.0.len() as u32, out);
        for step in &self.0 {
            codec::put_i64(step.at, out);
            codec::put_u64(step.count, out);
            codec::put_u64(step.errors, out);
            codec::put_i128(step.sum, out);
        }
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Timeline, Corrupt> {
        let mut timeline = Timeline::default();
        for _ in 0..reader.u32()? {
            timeline.insert(Step {
                at: reader.i64()?,
                count: reader.count()?,
                errors: reader.count()?,
                sum: reader.i128()?,
            });
        }
        Ok(timeline)
    }

    pub(crate) fn heap(&self) -> usize {
        self.0.capacity() * size_of::<Step>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_divides_the_next() {
        for pair in WIDTHS.windows(2) {
            assert_eq!(pair[1] % pair[0], 0, "{pair:?}");
        }
        assert_eq!(width_for(0), SECOND);
        assert_eq!(width_for(DAY), HOUR);
        assert!(i64::MAX / width_for(i64::MAX) < STEPS);
    }

    #[test]
    fn joined_steps_hold_what_was_in_them() {
        let mut timeline = Timeline::default();
        for at in [3, 1, -1, 4, 3] {
            timeline.add(at, Some(i128::from(at) * 1_000));
        }
        timeline.coarsen(4);
        let shape: Vec<_> = timeline.0.iter().map(|s| (s.at, s.count, s.sum)).collect();
        assert_eq!(shape, [(-1, 1, -1_000), (0, 3, 7_000), (1, 1, 4_000)]);
    }
}
