//! How much the values of a field differ between the events that meet the condition and the others.
//!
//! The measure is the Jensen–Shannon divergence to base 2, which is 0 for the same distribution and
//! 1 when no value is on both sides; both sides weigh the same, however many events they have. A
//! missing value is a value of its own. For a numeric field the values are only three: missing, up
//! to a threshold, and above it, at the threshold where the divergence is greatest; so both kinds
//! of fields have one scale, and a field whose numbers are all different is not taken for one that
//! tells everything.

use std::cmp::Reverse;
use std::collections::HashSet;

use flowgauge_event::{Number, limits};

use super::values::{
    FieldValues, PLACEHOLDER, Sides, Summary, add, hash_of, number_of, text_of, total,
};

/// One part in so many of a field's events makes a value frequent, once counts are not exact.
const FREQUENT: u64 = 512;

/// What is told about a field.
pub(super) struct Relevance {
    /// 0 to 1.
    pub score: f64,
    /// Of a categorical field: the values that differ most, as JSON.
    pub contributors: Option<String>,
    /// Of a numeric field: the medians of the events that meet the condition, and of the others.
    pub medians: [Option<f64>; 2],
}

/// Judges a field by its values among `events`, some on each side. None for a field without values,
/// and, unless it is named, for a field whose values tell events apart instead of kinds of events.
pub(super) fn judge(values: &FieldValues, events: &Sides, named: bool) -> Option<Relevance> {
    if total(&values.present) == 0 {
        return None;
    }
    let scale = Scale { events };
    if let Some(numbers) = numbers(values) {
        // A placeholder stands for a number that is missing.
        let present = [0, 1].map(|side| values.present[side] - values.placeholders[side]);
        let missing = [0, 1].map(|side| events[side] - present[side]);
        return Some(Relevance {
            score: rounded(scale.threshold(&numbers, missing, present)),
            contributors: None,
            medians: [0, 1].map(|side| median(&numbers, side, present[side])),
        });
    }
    let missing = [0, 1].map(|side| events[side] - values.present[side]);
    if !named && !values.repeated && total(&values.present) > 1 {
        return None;
    }
    Some(scale.categorical(values, missing))
}

/// The numbers of a numeric field, ascending: all its values are numbers or the placeholder of flow
/// logs, and the numbers are many.
fn numbers(values: &FieldValues) -> Option<Vec<(f64, Sides)>> {
    let mut numbers: Vec<(f64, Sides)> = match &values.summary {
        None => values
            .counts
            .iter()
            .filter(|(key, _)| &***key != PLACEHOLDER)
            .map(|(key, counts)| Some((number_of(key)?, *counts)))
            .collect::<Option<_>>()?,
        Some(summary) => summary.numbers.as_ref()?.iter().collect(),
    };
    numbers.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    numbers.dedup_by(|(number, counts), (kept, sum)| {
        let same = number == kept;
        if same {
            add(sum, *counts);
        }
        same
    });
    (numbers.len() > limits::RELEVANT_CATEGORIES).then_some(numbers)
}

/// The number of rank ⌈n/2⌉ among the `count` of a side.
fn median(numbers: &[(f64, Sides)], side: usize, count: u64) -> Option<f64> {
    let rank = count.div_ceil(2);
    let mut passed = 0;
    let found = numbers.iter().find(|(_, counts)| {
        passed += counts[side];
        passed >= rank
    });
    found.filter(|_| count > 0).map(|(number, _)| *number)
}

/// A value's part in the divergence.
struct Part {
    /// None for a missing value.
    value: Option<String>,
    shares: [f64; 2],
    divergence: f64,
}

/// Turns counts into shares of their side.
struct Scale<'a> {
    events: &'a Sides,
}

impl Scale<'_> {
    fn shares(&self, counts: &Sides) -> [f64; 2] {
        [0, 1].map(|side| counts[side] as f64 / self.events[side] as f64)
    }

    fn divergence(&self, counts: &Sides) -> f64 {
        let shares = self.shares(counts);
        let both = shares[0] + shares[1];
        let half = |share: f64| match share {
            0.0 => 0.0,
            _ => share / 2.0 * (2.0 * share / both).log2(),
        };
        half(shares[0]) + half(shares[1])
    }

    /// The greatest divergence that a threshold gives.
    fn threshold(&self, numbers: &[(f64, Sides)], missing: Sides, present: Sides) -> f64 {
        let without = self.divergence(&missing);
        let mut below = Sides::default();
        let mut most = 0.0;
        for (_, counts) in numbers {
            add(&mut below, *counts);
            let above = [0, 1].map(|side| present[side] - below[side]);
            let found = without + self.divergence(&below) + self.divergence(&above);
            most = f64::max(most, found);
        }
        most
    }

    fn categorical(&self, values: &FieldValues, missing: Sides) -> Relevance {
        let least = match values.summary {
            None => 0,
            Some(_) => total(&values.present) / FREQUENT,
        };
        let mut counted: Vec<(&[u8], Sides)> = values
            .counts
            .iter()
            .map(|(key, counts)| (&**key, *counts))
            .filter(|(_, counts)| total(counts) > least)
            .collect();
        // Sums of floats depend on their order.
        counted.sort_by_key(|(key, _)| *key);
        let part = |value, counts: &Sides| Part {
            value,
            shares: self.shares(counts),
            divergence: self.divergence(counts),
        };
        let mut parts = vec![part(None, &missing)];
        parts.extend(
            counted
                .iter()
                .map(|(key, counts)| part(Some(text_of(key)), counts)),
        );
        let frequent: f64 = parts.iter().map(|part| part.divergence).sum();
        let rare = match &values.summary {
            None => 0.0,
            Some(summary) => self.rare(summary, &counted, values.present),
        };
        Relevance {
            score: rounded(frequent + rare),
            contributors: Some(contributors(parts)),
            medians: [None, None],
        }
    }

    /// The part of all values that are not counted: what those of them in the sample have per
    /// event, for all their events.
    fn rare(&self, summary: &Summary, counted: &[(&[u8], Sides)], present: Sides) -> f64 {
        let frequent: HashSet<u64> = counted.iter().map(|(key, _)| hash_of(key)).collect();
        let mut rest = present;
        for (_, counts) in counted {
            for (rest, count) in rest.iter_mut().zip(counts) {
                *rest = rest.saturating_sub(*count);
            }
        }
        let (mut divergence, mut weight) = (0.0, 0.0);
        for (_, counts) in summary
            .sample
            .iter()
            .filter(|(hash, _)| !frequent.contains(hash))
        {
            divergence += self.divergence(counts);
            weight += self.shares(counts).iter().sum::<f64>();
        }
        if weight == 0.0 {
            return self.divergence(&rest);
        }
        divergence / weight * self.shares(&rest).iter().sum::<f64>()
    }
}

/// The values that differ most, with their shares, as JSON.
fn contributors(parts: Vec<Part>) -> String {
    let mut ranked: Vec<(Reverse<i64>, Part)> = parts
        .into_iter()
        // What floats cannot tell apart goes by value.
        .map(|part| (Reverse((part.divergence * 1e9).round() as i64), part))
        .filter(|(Reverse(divergence), _)| *divergence > 0)
        .collect();
    ranked.sort_by(|(m, a), (n, b)| m.cmp(n).then_with(|| a.value.cmp(&b.value)));
    ranked.truncate(limits::RELEVANT_CONTRIBUTORS);
    let items: Vec<String> = ranked
        .iter()
        .map(|(_, part)| {
            let [conditional, baseline] = part.shares.map(|share| Number::Float(share).to_string());
            let value = serde_json::Value::from(part.value.as_deref());
            format!(
                r#"{{"value":{value},"conditionalShare":{conditional},"baselineShare":{baseline}}}"#
            )
        })
        .collect();
    format!("[{}]", items.join(","))
}

/// A score without what floats leave behind.
fn rounded(score: f64) -> f64 {
    (score.clamp(0.0, 1.0) * 1e6).round() / 1e6
}
