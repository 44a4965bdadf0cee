//! Reading and printing times.
//!
//! Inside, a time is integer milliseconds since the Unix epoch, UTC. Results print as
//! `YYYY-MM-DD hh:mm:ss.mmm` without a zone (language spec 9.2).

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::period::Period;

/// From here on a number is epoch milliseconds, below it epoch seconds (language spec 10.2).
const EPOCH_MILLIS_FROM: u64 = 100_000_000_000;

/// A window of event times, milliseconds; without a bound it is open on that side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TimeRange {
    /// First millisecond that belongs to the window.
    pub start: Option<i64>,
    /// Last millisecond that belongs to the window.
    pub end: Option<i64>,
}

impl TimeRange {
    /// Whether an event time lies in the window.
    pub fn contains(&self, millis: i64) -> bool {
        self.start.is_none_or(|start| millis >= start) && self.end.is_none_or(|end| millis <= end)
    }

    /// Whether any time of `[first, last]` can lie in the window.
    pub fn overlaps(&self, first: i64, last: i64) -> bool {
        self.start.is_none_or(|start| last >= start) && self.end.is_none_or(|end| first <= end)
    }

    /// The window of the same length that lies `millis` earlier.
    pub fn earlier(&self, millis: i64) -> TimeRange {
        TimeRange {
            start: self.start.map(|start| start.saturating_sub(millis)),
            end: self.end.map(|end| end.saturating_sub(millis)),
        }
    }

    /// Whether every time is inside.
    pub fn is_unbounded(&self) -> bool {
        self.start.is_none() && self.end.is_none()
    }
}

/// A time that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeError {
    /// What the user wrote.
    pub text: String,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no time: write 2024-05-01T12:00:00Z, epoch seconds or milliseconds, `now`, or an age such as -2h",
            self.text
        )
    }
}

impl std::error::Error for TimeError {}

/// Parses a time as users type it: RFC 3339 (a missing zone is UTC, a date alone is its first
/// millisecond), epoch seconds, epoch milliseconds (from 10^11 on, as StartQuery decides), `now`,
/// or an age before `now_millis` such as `-2h`.
pub fn parse_time(text: &str, now_millis: i64) -> Result<i64, TimeError> {
    let error = || TimeError {
        text: text.to_owned(),
    };
    let trimmed = text.trim();
    if trimmed.eq_ignore_ascii_case("now") {
        return Ok(now_millis);
    }
    if let Ok(value) = trimmed.parse::<i64>() {
        return if value.unsigned_abs() >= EPOCH_MILLIS_FROM {
            Ok(value)
        } else {
            Ok(value * 1_000)
        };
    }
    if let Some(age) = trimmed.strip_prefix('-')
        && let Some(period) = Period::parse(age)
    {
        return Ok(now_millis - period.approx_millis());
    }
    parse_date_time(trimmed).ok_or_else(error)
}

/// Parses the end of a window: as [`parse_time`], but a time in whole seconds includes its whole
/// second, as StartQuery's `endTime` does (language spec 10.2). A time with a fraction, in epoch
/// milliseconds or relative to now is the last millisecond itself.
pub fn parse_end_time(text: &str, now_millis: i64) -> Result<i64, TimeError> {
    let millis = parse_time(text, now_millis)?;
    let trimmed = text.trim();
    let whole_second = match trimmed.parse::<i64>() {
        Ok(value) => value.unsigned_abs() < EPOCH_MILLIS_FROM,
        Err(_) => {
            millis % 1_000 == 0 && !trimmed.contains('.') && parse_date_time(trimmed).is_some()
        }
    };
    Ok(if whole_second { millis + 999 } else { millis })
}

/// Parses an RFC 3339 time, a date and time without a zone (UTC), or a date.
pub fn parse_date_time(text: &str) -> Option<i64> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_millisecond());
    }
    let civil = text.parse::<DateTime>().ok()?;
    let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

/// Prints `YYYY-MM-DD hh:mm:ss.mmm`; a time outside the years -9999 to 9999 prints as digits.
pub fn format_timestamp(millis: i64) -> String {
    match Timestamp::from_millisecond(millis) {
        Ok(timestamp) => {
            let date = TimeZone::UTC.to_datetime(timestamp);
            format!(
                "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}",
                date.year(),
                date.month(),
                date.day(),
                date.hour(),
                date.minute(),
                date.second(),
                date.millisecond()
            )
        }
        Err(_) => millis.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_form_of_a_time() {
        let now = 1_700_000_000_000;
        for (text, millis) in [
            ("2023-11-14T22:13:20Z", now),
            ("2023-11-14T22:13:20.5Z", now + 500),
            ("2023-11-15T00:13:20+02:00", now),
            ("2023-11-14 22:13:20", now),
            ("2023-11-14", 1_699_920_000_000),
            ("1700000000", now),
            ("1700000000000", now),
            ("now", now),
            ("-2h", now - 7_200_000),
            ("-1d", now - 86_400_000),
            // A number is always epoch time, before 1970 too.
            ("-2", -2_000),
        ] {
            assert_eq!(parse_time(text, now), Ok(millis), "{text}");
        }
        for text in ["", "yesterday", "2023-13-01", "-2 lightyears"] {
            assert!(parse_time(text, now).is_err(), "{text}");
        }
    }

    #[test]
    fn an_end_in_whole_seconds_includes_its_second() {
        let now = 1_700_000_000_123;
        for (text, millis) in [
            ("2023-11-14T22:13:20Z", 1_700_000_000_999),
            ("2023-11-14T22:13:20.000Z", 1_700_000_000_000),
            ("2023-11-14T22:13:20.5Z", 1_700_000_000_500),
            ("2023-11-14", 1_699_920_000_999),
            ("1700000000", 1_700_000_000_999),
            ("1700000000000", 1_700_000_000_000),
            ("now", now),
            ("-2h", now - 7_200_000),
        ] {
            assert_eq!(parse_end_time(text, now), Ok(millis), "{text}");
        }
        assert!(parse_end_time("tomorrow", now).is_err());
    }

    #[test]
    fn printing() {
        assert_eq!(format_timestamp(0), "1970-01-01 00:00:00.000");
        assert_eq!(format_timestamp(-1), "1969-12-31 23:59:59.999");
        assert_eq!(format_timestamp(i64::MAX), i64::MAX.to_string());
    }
}
