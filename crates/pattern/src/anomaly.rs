//! What is unusual about a pattern: five kinds, each from the comparison of the last quarter of
//! the time, the *recent* part, with what was before it, the *baseline*.
//!
//! | kind | when |
//! |---|---|
//! | pattern frequency | lines per step differ by at least a factor of two and four deviations |
//! | new pattern | no line in the baseline |
//! | token variation | a token that had few values has a new one |
//! | numeric token | a number's mean differs by at least a half and four deviations of the means of steps |
//! | HTTP error code | the share of status codes from 400 on at least doubles, by four deviations |
//!
//! Nothing is unusual where the time is too short to have both parts, or the baseline too small to
//! know what is usual.

use crate::miner::Miner;
use crate::pattern::{DynamicToken, Pattern};
use crate::timeline::{Step, Timeline};
use crate::token::Kind;

/// Steps of the whole time at least.
const STEPS: i64 = 8;
/// One step in so many is recent.
const RECENT: i64 = 4;
/// Lines of the baseline, all patterns together, at least.
const BASELINE_LINES: u64 = 20;
/// Deviations from the usual at least.
const DEVIATIONS: f64 = 4.0;
/// Values of a token in the baseline at most, for a new one to be unusual.
const FEW_VALUES: usize = 8;
/// Steps with numbers in the baseline at least.
const NUMBER_STEPS: usize = 4;
/// Recent errors at least.
const ERRORS: u64 = 5;

/// A kind of unusual thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnomalyKind {
    /// More or fewer lines than usual.
    PatternFrequency,
    /// A pattern that was not there before.
    NewPattern,
    /// A value that a token did not have before.
    TokenVariation,
    /// Numbers much larger or smaller than before.
    NumericToken,
    /// More HTTP errors than before.
    HttpErrorCode,
}

impl AnomalyKind {
    /// The name in results.
    pub fn label(self) -> &'static str {
        match self {
            AnomalyKind::PatternFrequency => "Pattern frequency",
            AnomalyKind::NewPattern => "New pattern",
            AnomalyKind::TokenVariation => "Token variation",
            AnomalyKind::NumericToken => "Numeric token",
            AnomalyKind::HttpErrorCode => "HTTP error code",
        }
    }
}

/// Something unusual.
#[derive(Debug, Clone, PartialEq)]
pub struct Anomaly {
    /// What kind.
    pub kind: AnomalyKind,
    /// How unusual, above 0 and below 1; a half at the thresholds.
    pub score: f64,
    /// What was seen, in words.
    pub description: String,
}

/// The two parts of the time, in steps.
struct Parts {
    width: i64,
    /// First step of the baseline.
    first: i64,
    /// First recent step.
    split: i64,
    /// Last recent step.
    last: i64,
}

/// Finds what is unusual about each pattern, the most unusual first.
pub(crate) fn find(patterns: &mut [Pattern], miner: &Miner) {
    let Some(parts) = Parts::of(miner) else {
        return;
    };
    let known: u64 = patterns
        .iter()
        .map(|pattern| parts.counts(&pattern.timeline).0)
        .sum();
    if known < BASELINE_LINES {
        return;
    }
    for pattern in patterns {
        let (before, recent) = parts.counts(&pattern.timeline);
        let mut found = Vec::new();
        if before == 0 && recent > 0 {
            found.push(Anomaly {
                kind: AnomalyKind::NewPattern,
                score: recent as f64 / (recent as f64 + 1.0),
                description: format!("{} and none before", lines(recent)),
            });
        } else if before > 0 {
            found.extend(parts.frequency(&pattern.timeline));
            for token in &pattern.tokens {
                found.extend(parts.token(token, pattern, before));
            }
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        pattern.anomalies = found;
    }
}

impl Parts {
    fn of(miner: &Miner) -> Option<Parts> {
        let (start, end) = miner.settings().window.or(miner.span)?;
        let width = miner.width;
        let (first, last) = (start.div_euclid(width), end.div_euclid(width));
        let steps = last.saturating_sub(first).saturating_add(1);
        (steps >= STEPS).then(|| Parts {
            width,
            first,
            split: last + 1 - steps / RECENT,
            last,
        })
    }

    /// Lines of the baseline and recent ones.
    fn counts(&self, timeline: &[(i64, u64)]) -> (u64, u64) {
        let split = self.split * self.width;
        let (before, recent): (Vec<_>, Vec<_>) =
            timeline.iter().partition(|(start, _)| *start < split);
        let sum = |part: Vec<(i64, u64)>| part.iter().map(|(_, count)| count).sum();
        (sum(before), sum(recent))
    }

    fn frequency(&self, timeline: &[(i64, u64)]) -> Option<Anomaly> {
        let count = |step: i64| {
            timeline
                .binary_search_by_key(&(step * self.width), |(start, _)| *start)
                .map_or(0.0, |at| timeline[at].1 as f64)
        };
        let baseline: Vec<f64> = (self.first..self.split).map(count).collect();
        let recent: Vec<f64> = (self.split..=self.last).map(count).collect();
        let (usual, deviation) = mean_and_deviation(&baseline);
        let (now, _) = mean_and_deviation(&recent);
        // Lines that come independently deviate by the root of their number.
        let deviation = deviation.max(usual.sqrt()).max(1.0) / (recent.len() as f64).sqrt();
        let deviations = (now - usual).abs() / deviation;
        let doubled = now >= 2.0 * usual || now <= usual / 2.0;
        (doubled && deviations >= DEVIATIONS).then(|| Anomaly {
            kind: AnomalyKind::PatternFrequency,
            score: score(deviations),
            description: format!(
                "{now:.1} lines per {} instead of {usual:.1}",
                period(self.width)
            ),
        })
    }

    fn token(&self, token: &DynamicToken, pattern: &Pattern, before: u64) -> Option<Anomaly> {
        match token.kind {
            Kind::Time => None,
            Kind::Number if is_status(token, pattern) => self.status(token),
            Kind::Number => self.number(token),
            _ => self.variation(token, before),
        }
    }

    fn variation(&self, token: &DynamicToken, before: u64) -> Option<Anomaly> {
        if token.more || before < BASELINE_LINES {
            return None;
        }
        let split = self.split * self.width;
        let (old, new): (Vec<_>, Vec<_>) = token
            .kept
            .iter()
            .filter(|value| value.first.is_some())
            .partition(|value| value.first < Some(split));
        if old.is_empty() || old.len() > FEW_VALUES || new.is_empty() {
            return None;
        }
        let mut names: Vec<String> = new
            .iter()
            .map(|value| format!("`{}`", value.text))
            .collect();
        names.truncate(3);
        Some(Anomaly {
            kind: AnomalyKind::TokenVariation,
            score: 1.0 - (old.len() + 1) as f64 / (before + 1) as f64,
            description: format!(
                "{} of {} was never among its {} values in {} before",
                names.join(", "),
                token.label,
                old.len(),
                lines(before)
            ),
        })
    }

    fn number(&self, token: &DynamicToken) -> Option<Anomaly> {
        let (before, recent) = self.split(&token.numbers);
        if before.len() < NUMBER_STEPS || recent.is_empty() {
            return None;
        }
        let means: Vec<f64> = before
            .iter()
            .map(|step| step.sum as f64 / step.count as f64)
            .collect();
        let (usual, deviation) = mean_and_deviation(&means);
        let sum: i128 = recent.iter().map(|step| step.sum).sum();
        let count: u64 = recent.iter().map(|step| step.count).sum();
        let now = sum as f64 / count as f64;
        let change = (now - usual).abs();
        let deviations = change / deviation.max(usual.abs() / 20.0).max(1.0);
        (deviations >= DEVIATIONS && change >= usual.abs() / 2.0).then(|| Anomaly {
            kind: AnomalyKind::NumericToken,
            score: score(deviations),
            description: format!("{} is {:.2} times its usual mean", token.label, now / usual),
        })
    }

    fn status(&self, token: &DynamicToken) -> Option<Anomaly> {
        let (before, recent) = self.split(&token.numbers);
        let sums = |steps: &[Step]| -> (u64, u64) {
            (
                steps.iter().map(|step| step.errors).sum(),
                steps.iter().map(|step| step.count).sum(),
            )
        };
        let ((old_errors, old), (new_errors, new)) = (sums(before), sums(recent));
        if old < BASELINE_LINES || new_errors < ERRORS {
            return None;
        }
        let usual = old_errors as f64 / old as f64;
        let now = new_errors as f64 / new as f64;
        let share = (old_errors + new_errors) as f64 / (old + new) as f64;
        let deviation = (share * (1.0 - share) * (1.0 / old as f64 + 1.0 / new as f64)).sqrt();
        let deviations = (now - usual) / deviation.max(f64::MIN_POSITIVE);
        (deviations >= DEVIATIONS && now >= 2.0 * usual).then(|| Anomaly {
            kind: AnomalyKind::HttpErrorCode,
            score: score(deviations),
            description: format!(
                "{:.1}% of {} are errors instead of {:.1}%",
                now * 100.0,
                token.label,
                usual * 100.0
            ),
        })
    }

    /// Steps of the baseline and recent ones.
    fn split<'t>(&self, timeline: &'t Timeline) -> (&'t [Step], &'t [Step]) {
        let at = timeline.0.partition_point(|step| step.at < self.split);
        timeline.0.split_at(at)
    }
}

/// Whether a number is the status of an HTTP response: it looks like one, and the pattern speaks
/// of HTTP or of a status.
fn is_status(token: &DynamicToken, pattern: &Pattern) -> bool {
    let looks = token
        .kept
        .iter()
        .all(|value| value.text.len() == 3 && matches!(value.text.as_bytes()[0], b'1'..=b'5'));
    let before = token.before.to_ascii_lowercase();
    looks && (before.contains("status") || pattern.text.to_ascii_lowercase().contains("http"))
}

fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / count).sqrt())
}

fn score(deviations: f64) -> f64 {
    deviations / (deviations + DEVIATIONS)
}

fn lines(count: u64) -> String {
    match count {
        1 => "1 line".to_owned(),
        _ => format!("{count} lines"),
    }
}

/// The width of a step in words.
fn period(width: i64) -> String {
    const UNITS: &[(i64, &str)] = &[
        (86_400_000, "day"),
        (3_600_000, "hour"),
        (60_000, "minute"),
        (1_000, "second"),
    ];
    let (size, name) = UNITS
        .iter()
        .find(|(size, _)| width % size == 0)
        .unwrap_or(&(1, "millisecond"));
    match width / size {
        1 => name.to_string(),
        count => format!("{count} {name}s"),
    }
}
