//! Durations of the language: `5m`, `1 hour`, `2w`, and the alignment of `bin` and its relatives.
//!
//! Units and spellings: language spec 2.6. The silent clamp of the number (1000 ms, 60 s, 60 m,
//! 24 h): spec 7.2. Weeks start on Monday 00:00 UTC; months, quarters and years are calendar
//! units in UTC; multiples count from 1970-01-05 and 1970-01.

use std::fmt;

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeriodUnit {
    /// 1 ms.
    Millisecond,
    /// 1,000 ms.
    Second,
    /// 60 s.
    Minute,
    /// 60 min.
    Hour,
    /// 24 h, UTC.
    Day,
    /// 7 days from Monday.
    Week,
    /// Calendar month, UTC.
    Month,
    /// Three calendar months, UTC.
    Quarter,
    /// Calendar year, UTC.
    Year,
}

impl PeriodUnit {
    /// The unit of a spelling, in any case: `m`, `min`, `mins`, `minute`, `minutes`, …
    pub fn parse(text: &str) -> Option<PeriodUnit> {
        let lower = text.to_ascii_lowercase();
        // Only spellings of several letters have a plural: `ms` is no plural of `m`.
        let stem = match lower.strip_suffix('s') {
            Some(stem) if stem.len() > 1 => stem,
            _ => lower.as_str(),
        };
        Some(match stem {
            "millisecond" | "ms" | "msec" => PeriodUnit::Millisecond,
            "second" | "s" | "sec" => PeriodUnit::Second,
            "minute" | "m" | "min" => PeriodUnit::Minute,
            "hour" | "h" | "hr" => PeriodUnit::Hour,
            "day" | "d" => PeriodUnit::Day,
            "week" | "w" => PeriodUnit::Week,
            "month" | "mo" | "mon" => PeriodUnit::Month,
            "quarter" | "q" | "qtr" => PeriodUnit::Quarter,
            "year" | "y" | "yr" => PeriodUnit::Year,
            _ => return None,
        })
    }

    /// Shortest spelling.
    pub fn symbol(self) -> &'static str {
        match self {
            PeriodUnit::Millisecond => "ms",
            PeriodUnit::Second => "s",
            PeriodUnit::Minute => "m",
            PeriodUnit::Hour => "h",
            PeriodUnit::Day => "d",
            PeriodUnit::Week => "w",
            PeriodUnit::Month => "mo",
            PeriodUnit::Quarter => "q",
            PeriodUnit::Year => "y",
        }
    }

    /// Largest count that AWS honours for this unit; larger ones act as this one.
    fn cap(self) -> Option<i64> {
        match self {
            PeriodUnit::Millisecond => Some(1000),
            PeriodUnit::Second | PeriodUnit::Minute => Some(60),
            PeriodUnit::Hour => Some(24),
            _ => None,
        }
    }

    /// Months in one unit, for calendar units.
    fn months(self) -> Option<i64> {
        match self {
            PeriodUnit::Month => Some(1),
            PeriodUnit::Quarter => Some(3),
            PeriodUnit::Year => Some(12),
            _ => None,
        }
    }
}

const DAY_MS: i64 = 86_400_000;

/// A positive number of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// How many units; at least 1.
    pub count: i64,
    /// The unit.
    pub unit: PeriodUnit,
}

impl Period {
    /// A period, or `None` when the count is below 1 or so large that milliseconds overflow.
    pub fn new(count: i64, unit: PeriodUnit) -> Option<Period> {
        let period = Period { count, unit };
        // 100 million days keep every computation below inside 64 bits.
        (count >= 1 && count.checked_mul(period.unit_millis())? < 100_000_000 * DAY_MS)
            .then_some(period)
    }

    /// Parses `5m`, `5 min`, `1hour`.
    pub fn parse(text: &str) -> Option<Period> {
        let text = text.trim();
        let split = text.find(|c: char| !c.is_ascii_digit())?;
        let count = text[..split].parse().ok()?;
        Period::new(count, PeriodUnit::parse(text[split..].trim())?)
    }

    fn unit_millis(self) -> i64 {
        match self.unit {
            PeriodUnit::Millisecond => 1,
            PeriodUnit::Second => 1_000,
            PeriodUnit::Minute => 60_000,
            PeriodUnit::Hour => 3_600_000,
            PeriodUnit::Day => DAY_MS,
            PeriodUnit::Week => 7 * DAY_MS,
            PeriodUnit::Month => 30 * DAY_MS,
            PeriodUnit::Quarter => 91 * DAY_MS,
            PeriodUnit::Year => 365 * DAY_MS,
        }
    }

    /// Length in milliseconds; calendar units count 30, 91 and 365 days.
    pub fn approx_millis(self) -> i64 {
        self.count * self.unit_millis()
    }

    /// The period that AWS really uses, and whether it differs from this one (`300s` acts as `60s`).
    pub fn clamped(self) -> (Period, bool) {
        match self.unit.cap() {
            Some(cap) if self.count > cap => (Period { count: cap, ..self }, true),
            _ => (self, false),
        }
    }

    /// The largest boundary that is not after `millis`.
    pub fn floor(self, millis: i64) -> i64 {
        match self.unit.months() {
            Some(months) => {
                let step = months * self.count;
                let month = month_of(millis);
                month_start(month.div_euclid(step) * step)
            }
            None => {
                let origin = if self.unit == PeriodUnit::Week {
                    4 * DAY_MS
                } else {
                    0
                };
                let length = self.approx_millis();
                (millis - origin).div_euclid(length) * length + origin
            }
        }
    }

    /// The smallest boundary that is not before `millis`; a boundary stays where it is.
    pub fn ceil(self, millis: i64) -> i64 {
        let floor = self.floor(millis);
        if floor == millis {
            floor
        } else {
            self.next(floor)
        }
    }

    /// How many boundaries lie after the boundary `start` and not after `end`; negative where `end`
    /// is before it.
    pub fn boundaries_between(self, start: i64, end: i64) -> i64 {
        match self.unit.months() {
            Some(months) => (month_of(end) - month_of(start)).div_euclid(months * self.count),
            None => end.saturating_sub(start).div_euclid(self.approx_millis()),
        }
    }

    /// The boundary after the boundary `start`.
    pub fn next(self, start: i64) -> i64 {
        match self.unit.months() {
            Some(months) => month_start(month_of(start) + months * self.count),
            None => start + self.approx_millis(),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit.symbol())
    }
}

/// Months since 1970-01 of the month that holds `millis` (negative before 1970).
fn month_of(millis: i64) -> i64 {
    // Days to civil date in the proleptic Gregorian calendar, by counting 400-year eras from
    // March, so that the leap day is the last day of the counted year.
    let days = millis.div_euclid(DAY_MS) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    (era * 400 + year_of_era - 1970) * 12 + month_from_march + 2
}

/// First millisecond of a month counted from 1970-01.
fn month_start(month: i64) -> i64 {
    let from_march = month - 2;
    let year = from_march.div_euclid(12) + 1970;
    let month_from_march = from_march.rem_euclid(12);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month_from_march + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era - 719_468) * DAY_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::format_timestamp;

    fn floor(period: &str, time: &str) -> String {
        let millis = crate::parse_time(time, 0).expect("test time");
        format_timestamp(Period::parse(period).expect("test period").floor(millis))
    }

    #[test]
    fn spellings() {
        for (text, shown) in [
            ("5m", "5m"),
            ("5 min", "5m"),
            ("5 MINUTES", "5m"),
            ("3mo", "3mo"),
            ("1 mon", "1mo"),
            ("10ms", "10ms"),
            ("2 hrs", "2h"),
            ("1 q", "1q"),
            ("7 years", "7y"),
            ("30 secs", "30s"),
        ] {
            assert_eq!(
                Period::parse(text).map(|p| p.to_string()).as_deref(),
                Some(shown),
                "{text}"
            );
        }
        for text in [
            "m",
            "5",
            "0m",
            "1.5h",
            "5 parsecs",
            "-1h",
            "99999999999999y",
        ] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }

    #[test]
    fn boundaries() {
        assert_eq!(
            floor("5m", "2024-02-29T12:34:56Z"),
            "2024-02-29 12:30:00.000"
        );
        assert_eq!(
            floor("1w", "2024-02-29T12:34:56Z"),
            "2024-02-26 00:00:00.000"
        );
        assert_eq!(
            floor("1mo", "2024-02-29T12:34:56Z"),
            "2024-02-01 00:00:00.000"
        );
        assert_eq!(
            floor("1q", "2024-06-30T23:59:59Z"),
            "2024-04-01 00:00:00.000"
        );
        assert_eq!(
            floor("1y", "2024-12-31T23:59:59Z"),
            "2024-01-01 00:00:00.000"
        );
        assert_eq!(
            floor("1mo", "1969-12-31T23:59:59Z"),
            "1969-12-01 00:00:00.000"
        );
        assert_eq!(
            floor("1d", "1969-12-31T23:59:59Z"),
            "1969-12-31 00:00:00.000"
        );
        let hour = Period::parse("1h").expect("period");
        assert_eq!(hour.ceil(3_600_000), 3_600_000);
        assert_eq!(hour.ceil(3_600_001), 7_200_000);
        let month = Period::parse("1mo").expect("period");
        assert_eq!(
            format_timestamp(month.next(month.floor(0))),
            "1970-02-01 00:00:00.000"
        );
    }

    #[test]
    fn boundaries_are_counted_as_they_follow_each_other() {
        for text in ["1s", "5m", "7h", "1d", "2w", "1mo", "5mo", "1q", "3y"] {
            let period = Period::parse(text).expect("period");
            for time in ["1969-02-03T04:05:06Z", "2023-01-31T00:00:00Z"] {
                let start = period.floor(crate::parse_time(time, 0).expect("test time"));
                let mut boundary = start;
                for count in 0..50 {
                    let next = period.next(boundary);
                    assert_eq!(period.boundaries_between(start, boundary), count, "{text}");
                    assert_eq!(period.boundaries_between(start, next - 1), count, "{text}");
                    boundary = next;
                }
                assert_eq!(period.boundaries_between(start, start - 1), -1, "{text}");
            }
        }
    }

    #[test]
    fn months_agree_with_a_calendar_library() {
        for day in (-200_000..400_000).step_by(37) {
            let millis = day * DAY_MS;
            let date = jiff::Timestamp::from_millisecond(millis)
                .expect("in range")
                .to_zoned(jiff::tz::TimeZone::UTC);
            assert_eq!(
                month_of(millis),
                (i64::from(date.year()) - 1970) * 12 + i64::from(date.month()) - 1
            );
            let first = date
                .first_of_month()
                .and_then(|d| d.start_of_day())
                .expect("in range");
            assert_eq!(
                month_start(month_of(millis)),
                first.timestamp().as_millisecond()
            );
        }
    }

    #[test]
    fn the_published_caps_apply() {
        let clamp = |text: &str| Period::parse(text).expect("period").clamped();
        assert_eq!(clamp("300s").0.to_string(), "60s");
        assert_eq!(clamp("90m").0.to_string(), "60m");
        assert_eq!(clamp("48h").0.to_string(), "24h");
        assert!(!clamp("60m").1);
        assert!(!clamp("400d").1);
    }
}
