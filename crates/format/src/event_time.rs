//! Event times as log lines write them.
//!
//! A hand-written reader for the ISO forms, because it runs once per event; rarer forms go to
//! [`flowgauge_event::time::parse_date_time`].

use flowgauge_event::Number;
use flowgauge_event::time::parse_date_time;

/// Reads the time that `text` begins with and returns it with its length: a date, `T` or a blank,
/// a time with an optional fraction behind `.` or `,`, and an optional zone (`Z`, `+hh:mm`,
/// `+hhmm`, `+hh`; none is UTC). A letter or digit directly behind it means that it is no time.
pub fn leading(text: &str) -> Option<(i64, usize)> {
    let bytes = text.as_bytes();
    let head = bytes.first_chunk::<19>()?;
    let separators = [head[4], head[7], head[13], head[16]];
    if separators != *b"--::" || !matches!(head[10], b'T' | b't' | b' ') {
        return None;
    }
    let pair = |at: usize| digits(&head[at..at + 2]);
    let (year, month, day) = (digits(&head[..4])?, pair(5)?, pair(8)?);
    let (hour, minute, second) = (pair(11)?, pair(14)?, pair(17)?);
    // A leap second reads as the second before it, like everywhere in POSIX time.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_since_epoch(year, month, day)?;
    let mut millis = ((days * 24 + hour) * 60 + minute) * 60_000 + second.min(59) * 1_000;
    let mut end = head.len();
    if let (Some(b'.' | b','), Some(b'0'..=b'9')) = (bytes.get(end), bytes.get(end + 1)) {
        end += 1;
        let mut weight = 100;
        while let Some(digit @ b'0'..=b'9') = bytes.get(end) {
            millis += i64::from(digit - b'0') * weight;
            weight /= 10;
            end += 1;
        }
    }
    match bytes.get(end) {
        Some(b'Z' | b'z') => end += 1,
        Some(sign @ (b'+' | b'-')) => {
            if let Some((minutes, length)) = offset_minutes(&bytes[end + 1..]) {
                let minutes = if *sign == b'-' { -minutes } else { minutes };
                millis -= minutes * 60_000;
                end += 1 + length;
            }
        }
        _ => {}
    }
    if bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    Some((millis, end))
}

/// Reads a whole text as a time: an ISO form, an epoch number, or the form of access logs.
pub fn from_text(text: &str) -> Option<i64> {
    match leading(text) {
        Some((millis, length)) if length == text.len() => Some(millis),
        _ => from_number(text)
            .or_else(|| parse_date_time(text))
            .or_else(|| of_access_log(text)),
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Reads the form of web servers' access logs, `14/Nov/2023:22:13:20 +0000`.
fn of_access_log(text: &str) -> Option<i64> {
    let (day, rest) = text.split_once('/')?;
    let (month, rest) = rest.split_once('/')?;
    let (year, time) = rest.split_once(':')?;
    let month = 1 + MONTHS.iter().position(|name| *name == month)?;
    let iso = format!("{year}-{month:02}-{day}T{}", time.replacen(' ', "", 1));
    match leading(&iso) {
        Some((millis, length)) if length == iso.len() => Some(millis),
        _ => None,
    }
}

/// Reads an epoch number. Its magnitude tells the unit: below 10^11 seconds, below 10^14
/// milliseconds, below 10^17 microseconds, else nanoseconds.
pub fn from_number(text: &str) -> Option<i64> {
    match Number::parse(text)? {
        Number::Int(value) => Some(match value.unsigned_abs() {
            size if size < 100_000_000_000 => value * 1_000,
            size if size < 100_000_000_000_000 => value,
            size if size < 100_000_000_000_000_000 => value.div_euclid(1_000),
            _ => value.div_euclid(1_000_000),
        }),
        Number::Float(value) => {
            let millis = match value.abs() {
                size if size < 1e11 => value * 1e3,
                size if size < 1e14 => value,
                size if size < 1e17 => value / 1e3,
                _ => value / 1e6,
            };
            // Rounded, because 1700000000.123 has no exact float.
            Number::from_f64(millis.round())?.truncate()
        }
    }
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |value, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| value * 10 + i64::from(digit))
    })
}

/// `hh:mm`, `hhmm` or `hh` and its length.
fn offset_minutes(bytes: &[u8]) -> Option<(i64, usize)> {
    let hours = digits(bytes.get(..2)?)?;
    let colon = usize::from(bytes.get(2) == Some(&b':'));
    if colon == 0 && !bytes.get(2).is_some_and(u8::is_ascii_digit) {
        return (hours < 24).then_some((hours * 60, 2));
    }
    let minutes = digits(bytes.get(2 + colon..4 + colon)?)?;
    (hours < 24 && minutes < 60).then_some((hours * 60 + minutes, 4 + colon))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; `None` if there is no such day.
fn days_since_epoch(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if day < 1 || day > length {
        return None;
    }
    // Years that begin in March put the leap day last; 400 of them have 146,097 days.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: i64 = 1_700_000_000_000; // 2023-11-14T22:13:20Z

    #[test]
    fn times_at_the_start_of_a_line() {
        for (text, expected) in [
            ("2023-11-14T22:13:20Z", Some((T, 20))),
            ("2023-11-14T22:13:20.5Z x", Some((T + 500, 22))),
            ("2023-11-14 22:13:20,123 INFO", Some((T + 123, 23))),
            ("2023-11-14 22:13:20.123456789 x", Some((T + 123, 29))),
            ("2023-11-15T00:13:20+02:00\tx", Some((T, 25))),
            ("2023-11-14T17:13:20-0500", Some((T, 24))),
            ("2023-11-14 22:13:20", Some((T, 19))),
            ("2023-11-14 22:13:20+00 x", Some((T, 22))),
            ("2023-11-14 22:13:20-x", Some((T, 19))),
            ("2023-11-14 22:13:20.", Some((T, 19))),
            ("2023-11-14 22:13:20x", None),
            ("2023-11-14 22:13:200", None),
            ("2023-11-14 24:13:20", None),
            ("2023-02-29 00:00:00", None),
            ("2024-02-29 00:00:00", Some((1_709_164_800_000, 19))),
            ("2023-11-14", None),
            ("2023-11-14_22:13:20", None),
            ("é023-11-14 22:13:20", None),
        ] {
            assert_eq!(leading(text), expected, "{text}");
        }
    }

    #[test]
    fn every_day_agrees_with_the_calendar_library() {
        for year in (0..=9999).step_by(7) {
            for (month, day) in [(1, 1), (2, 28), (2, 29), (3, 1), (12, 31), (4, 31), (0, 1)] {
                let text = format!("{year:04}-{month:02}-{day:02}T01:02:03Z");
                let expected = parse_date_time(&text);
                assert_eq!(leading(&text).map(|(time, _)| time), expected, "{text}");
            }
        }
    }

    #[test]
    fn epoch_numbers_by_magnitude() {
        for text in [
            "1700000000",
            "1700000000000",
            "1700000000000000",
            "1700000000000000000",
            "1700000000.0",
            "1.7e9",
            "2023-11-14 22:13:20",
            "14/Nov/2023:22:13:20 +0000",
            "15/Nov/2023:00:13:20 +0200",
        ] {
            assert_eq!(from_text(text), Some(T), "{text}");
        }
        assert_eq!(from_text("1700000000.123"), Some(T + 123));
        assert_eq!(from_text("2023-11-14"), Some(1_699_920_000_000));
        for text in [
            "",
            "soon",
            "1e400",
            "-",
            "12:00:00",
            "14/Now/2023:22:13:20 +0000",
            "31/Feb/2023:22:13:20 +0000",
            "14/Nov/2023:22:13:20 +0000 x",
        ] {
            assert_eq!(from_text(text), None, "{text}");
        }
    }
}
