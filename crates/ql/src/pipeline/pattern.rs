//! What `pattern` and the commands behind it mean.

use flowgauge_event::{Period, PeriodUnit, TimeRange};

use super::Expr;

/// `pattern`, with the `diff` or `logcompare` and the `anomaly` that follow it: they need what
/// only the mining knows.
#[derive(Debug, Clone)]
pub struct Mining {
    /// The text whose patterns are mined; rows without one count nowhere.
    pub input: Expr,
    /// The other window, if patterns are compared.
    pub comparison: Option<Comparison>,
}

/// Columns of patterns.
pub mod columns {
    /// The pattern.
    pub const PATTERN: &str = "@pattern";
    /// Share of the events, 0 to 1.
    pub const RATIO: &str = "@ratio";
    /// Events.
    pub const COUNT: &str = "@sampleCount";
    /// How serious the pattern is.
    pub const SEVERITY: &str = "@severityLabel";
    /// What varies, as JSON.
    pub const TOKENS: &str = "@tokens";
    /// Counts over time, as JSON.
    pub const VISUALIZATION: &str = "@visualization";
    /// Some events, as JSON.
    pub const SAMPLES: &str = "@logSamples";
    /// How many events more there are than in the other window.
    pub const DIFF_COUNT: &str = "@diffCount";
    /// The same in words.
    pub const DIFF_DESCRIPTION: &str = "@diffDescription";
    /// How unusual the pattern is, above 0 and below 1.
    pub const ANOMALY_SCORE: &str = "@anomalyScore";
    /// The kind of its most unusual trait.
    pub const ANOMALY_TYPE: &str = "@anomalyType";
    /// All its unusual traits in words.
    pub const ANOMALY_DESCRIPTION: &str = "@anomalyDescription";
    /// All of them.
    pub const ALL: &[&str] = &[
        PATTERN,
        RATIO,
        COUNT,
        SEVERITY,
        TOKENS,
        VISUALIZATION,
        SAMPLES,
        DIFF_COUNT,
        DIFF_DESCRIPTION,
        ANOMALY_SCORE,
        ANOMALY_TYPE,
        ANOMALY_DESCRIPTION,
    ];
}

/// How the other window lies to the query's own; it always has the same length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// The window just before.
    Previous,
    /// The window a period earlier. A month is a calendar month: the start moves to the same day
    /// of the month before, or to its last day.
    Shifted(Period),
}

impl Comparison {
    /// The other window; none when the query's own has no start or no end.
    pub fn earlier(self, window: TimeRange) -> Option<TimeRange> {
        let (start, end) = window.start.zip(window.end)?;
        let millis = match self {
            Comparison::Previous => end.saturating_sub(start).saturating_add(1),
            Comparison::Shifted(period) if period.unit == PeriodUnit::Month => {
                let mut at = start;
                for _ in 0..period.count {
                    at = month_before(at);
                }
                start - at
            }
            Comparison::Shifted(period) => period.approx_millis(),
        };
        Some(window.earlier(millis))
    }
}

/// The same time on the same day of the month before, or on its last day.
fn month_before(millis: i64) -> i64 {
    let month = Period {
        count: 1,
        unit: PeriodUnit::Month,
    };
    const DAY: i64 = 86_400_000;
    let this = month.floor(millis);
    let before = month.floor(this - 1);
    let same = before + (millis - this);
    if same < this {
        same
    } else {
        this - DAY + millis.rem_euclid(DAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowgauge_event::parse_time;

    #[test]
    fn the_other_window_has_the_same_length() {
        let at = |text: &str| parse_time(text, 0).ok();
        let range = |start: &str, end: &str| TimeRange {
            start: at(start),
            end: at(end),
        };
        let window = range("2024-03-31T10:00:00Z", "2024-03-31T10:59:59.999Z");
        let month = |count| {
            Period::new(count, PeriodUnit::Month).map_or(Comparison::Previous, Comparison::Shifted)
        };
        let day = Period::new(1, PeriodUnit::Day).map_or(Comparison::Previous, Comparison::Shifted);
        for (comparison, expected) in [
            (
                Comparison::Previous,
                range("2024-03-31T09:00:00Z", "2024-03-31T09:59:59.999Z"),
            ),
            (
                day,
                range("2024-03-30T10:00:00Z", "2024-03-30T10:59:59.999Z"),
            ),
            (
                month(1),
                range("2024-02-29T10:00:00Z", "2024-02-29T10:59:59.999Z"),
            ),
            (
                month(2),
                range("2024-01-29T10:00:00Z", "2024-01-29T10:59:59.999Z"),
            ),
        ] {
            assert_eq!(comparison.earlier(window), Some(expected), "{comparison:?}");
        }
        let open = TimeRange {
            end: None,
            ..window
        };
        assert_eq!(Comparison::Previous.earlier(open), None);
    }
}
