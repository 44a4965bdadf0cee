//! Reading dates by the patterns of Java's `DateTimeFormatter` (spec 7.2).
//!
//! Letters: `y u` year, `M L` month, `d` day, `D` day of year, `E` weekday, `a` half of the day,
//! `H k` hour of the day, `h K` hour of the half, `m` minute, `s` second, `S` fraction, `n`
//! nanosecond, `X x Z` offset, `V z` zone; quotes and `[optional]` parts. Names are English and
//! case-sensitive. What a pattern does not read is 1970-01-01 00:00:00.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// The zone of a name such as `Europe/Berlin` or an offset such as `+02:00`.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    if name.starts_with(['+', '-']) {
        let (seconds, rest) = offset(name)?;
        return rest
            .is_empty()
            .then(|| Some(TimeZone::fixed(Offset::from_seconds(seconds).ok()?)))
            .flatten();
    }
    if name == "Z" {
        return Some(TimeZone::UTC);
    }
    TimeZone::get(name).ok()
}

/// Milliseconds since the epoch of the date in `text`; a zone in the text goes before `zone`.
/// `None` when the text does not fit the pattern or is no date.
pub(super) fn parse(text: &str, pattern: &str, zone: &TimeZone) -> Option<i64> {
    let items = items(pattern)?;
    let (parts, rest) = read(&items, text, Parts::default())?;
    if !rest.is_empty() {
        return None;
    }
    parts.millis(zone)
}

/// A piece of a pattern.
#[derive(Debug)]
enum Item {
    Literal(String),
    Field(char, usize),
    Optional(Vec<Item>),
}

fn items(pattern: &str) -> Option<Vec<Item>> {
    let mut chars = pattern.chars().peekable();
    let items = items_until(&mut chars, false)?;
    chars.next().is_none().then_some(items)
}

/// Reads items up to the end of the pattern or, inside an optional part, its bracket.
fn items_until(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    optional: bool,
) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    while let Some(c) = chars.next() {
        match c {
            '[' => items.push(Item::Optional(items_until(chars, true)?)),
            ']' if optional => return Some(items),
            ']' | '{' | '}' | '#' => return None,
            '\'' => {
                let mut literal = String::new();
                loop {
                    match chars.next()? {
                        '\'' if chars.peek() == Some(&'\'') => {
                            chars.next();
                            literal.push('\'');
                        }
                        '\'' => break,
                        other => literal.push(other),
                    }
                }
                // Two quotes with nothing between them are one quote.
                items.push(Item::Literal(if literal.is_empty() {
                    "'".to_owned()
                } else {
                    literal
                }));
            }
            c if c.is_ascii_alphabetic() => {
                let mut count = 1;
                while chars.next_if_eq(&c).is_some() {
                    count += 1;
                }
                items.push(Item::Field(c, count));
            }
            c => items.push(Item::Literal(c.to_string())),
        }
    }
    (!optional).then_some(items)
}

/// What has been read so far.
#[derive(Debug, Clone, Default)]
struct Parts {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    weekday: Option<i64>,
    hour: Option<i64>,
    half_hour: Option<i64>,
    afternoon: Option<bool>,
    minute: Option<i64>,
    second: Option<i64>,
    nanosecond: Option<i64>,
    zone: Option<TimeZone>,
}

fn read<'t>(items: &[Item], text: &'t str, mut parts: Parts) -> Option<(Parts, &'t str)> {
    let mut rest = text;
    for item in items {
        match item {
            Item::Literal(literal) => rest = rest.strip_prefix(literal.as_str())?,
            Item::Optional(inner) => {
                if let Some((found, tail)) = read(inner, rest, parts.clone()) {
                    parts = found;
                    rest = tail;
                }
            }
            Item::Field(letter, count) => rest = field(*letter, *count, rest, &mut parts)?,
        }
    }
    Some((parts, rest))
}

fn field<'t>(letter: char, count: usize, text: &'t str, parts: &mut Parts) -> Option<&'t str> {
    // One letter reads as many digits as there are, up to the field's width; more letters read
    // exactly that many.
    let width = |most: usize| {
        if count == 1 {
            (1, most)
        } else {
            (count, count)
        }
    };
    let (value, rest) = match (letter, count) {
        ('y' | 'u', 2) => {
            let (value, rest) = digits(text, 2, 2)?;
            (2000 + value, rest)
        }
        ('y' | 'u', _) => digits(text, count, if count == 1 { 9 } else { count })?,
        ('M' | 'L', 3) => name(text, &MONTHS, Some(3))?,
        ('M' | 'L', 4) => name(text, &MONTHS, None)?,
        ('E', 1..=3) => name(text, &WEEKDAYS, Some(3))?,
        ('E', 4) => name(text, &WEEKDAYS, None)?,
        ('a', 1) => name(text, &["AM", "PM"], None)?,
        ('D', 1..=3) => {
            let (least, most) = width(3);
            digits(text, least, most)?
        }
        ('M' | 'L' | 'd' | 'H' | 'h' | 'K' | 'k' | 'm' | 's', 1 | 2) => {
            let (least, most) = width(2);
            digits(text, least, most)?
        }
        ('S', 1..=9) => {
            let (value, rest) = digits(text, count, count)?;
            (value * 10_i64.pow(9 - count as u32), rest)
        }
        ('n', _) => digits(text, count.min(9), 9)?,
        ('X', 1..=5) if text.starts_with('Z') => {
            parts.zone = Some(TimeZone::UTC);
            return Some(&text[1..]);
        }
        ('X' | 'x' | 'Z', 1..=5) => {
            let (seconds, rest) = offset(text)?;
            parts.zone = Some(TimeZone::fixed(Offset::from_seconds(seconds).ok()?));
            return Some(rest);
        }
        ('V', 2) | ('z', 1..=4) => {
            let end = text
                .find(|c: char| !(c.is_ascii_alphanumeric() || "/_+-:".contains(c)))
                .unwrap_or(text.len());
            parts.zone = Some(zone(&text[..end])?);
            return Some(&text[end..]);
        }
        _ => return None,
    };
    let slot = match letter {
        'y' | 'u' => &mut parts.year,
        'M' | 'L' => &mut parts.month,
        'd' => &mut parts.day,
        'D' => &mut parts.day_of_year,
        'E' => &mut parts.weekday,
        'H' => &mut parts.hour,
        'k' => {
            parts.hour = Some(value).filter(|hour| (1..=24).contains(hour));
            parts.hour = Some(parts.hour? % 24);
            return Some(rest);
        }
        'h' => {
            parts.half_hour = Some(value).filter(|hour| (1..=12).contains(hour));
            parts.half_hour = Some(parts.half_hour? % 12);
            return Some(rest);
        }
        'K' => &mut parts.half_hour,
        'a' => {
            parts.afternoon = Some(value == 2);
            return Some(rest);
        }
        'm' => &mut parts.minute,
        's' => &mut parts.second,
        _ => &mut parts.nanosecond,
    };
    *slot = Some(value);
    Some(rest)
}

/// Reads `least` to `most` digits.
fn digits(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let found = text
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count()
        .min(most);
    if found < least {
        return None;
    }
    Some((text[..found].parse().ok()?, &text[found..]))
}

/// Reads one of the names, cut to `length`, and gives its number from 1.
fn name<'t>(text: &'t str, names: &[&str], length: Option<usize>) -> Option<(i64, &'t str)> {
    (1..).zip(names).find_map(|(number, name)| {
        let name = length.map_or(*name, |length| &name[..length]);
        text.strip_prefix(name).map(|rest| (number, rest))
    })
}

/// Reads `+02`, `+0200`, `+02:00`, with optional seconds, and gives seconds.
fn offset(text: &str) -> Option<(i32, &str)> {
    let (sign, mut rest) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let mut seconds = 0;
    for (index, unit) in [3600, 60, 1].into_iter().enumerate() {
        let part = if index == 0 {
            rest
        } else {
            rest.strip_prefix(':').unwrap_or(rest)
        };
        match digits(part, 2, 2) {
            Some((value, tail)) => {
                seconds += i32::try_from(value).ok()? * unit;
                rest = tail;
            }
            None if index == 0 => return None,
            None => break,
        }
    }
    Some((sign * seconds, rest))
}

impl Parts {
    fn millis(self, zone: &TimeZone) -> Option<i64> {
        let year = i16::try_from(self.year.unwrap_or(1970)).ok()?;
        let small = |value: Option<i64>, default: i64| i8::try_from(value.unwrap_or(default)).ok();
        let date = match self.day_of_year {
            Some(day) if self.month.is_none() && self.day.is_none() => {
                let first = Date::new(year, 1, 1).ok()?;
                let day = i16::try_from(day).ok()?;
                first.with().day_of_year(day).build().ok()?
            }
            _ => {
                let (month, day) = (small(self.month, 1)?, small(self.day, 1)?);
                let last = Date::new(year, month, 1).ok()?.days_in_month();
                // Java's "smart" resolving: the 31st of a short month is its last day.
                Date::new(year, month, if day <= 31 { day.min(last) } else { day }).ok()?
            }
        };
        // "Smart" resolving too: 24:00 is the midnight that ends the day.
        let ends_day = self.hour == Some(24)
            && [self.minute, self.second]
                .iter()
                .all(|part| part.unwrap_or(0) == 0);
        let weekday = i64::from(date.weekday().to_monday_one_offset());
        if self.weekday.is_some_and(|expected| expected != weekday) {
            return None;
        }
        let hour = match (self.hour, self.half_hour) {
            (Some(_), _) if ends_day => 0,
            (Some(hour), _) => hour,
            (None, Some(hour)) if hour < 12 => {
                hour + if self.afternoon == Some(true) { 12 } else { 0 }
            }
            (None, Some(_)) => return None,
            (None, None) => 0,
        };
        let time = Time::new(
            small(Some(hour), 0)?,
            small(self.minute, 0)?,
            small(self.second, 0)?,
            i32::try_from(self.nanosecond.unwrap_or(0)).ok()?,
        )
        .ok()?;
        let zone = self.zone.as_ref().unwrap_or(zone);
        let mut local = DateTime::from_parts(date, time);
        if ends_day {
            local = local.checked_add(jiff::ToSpan::days(1)).ok()?;
        }
        let zoned = local.to_zoned(zone.clone()).ok()?;
        Some(zoned.timestamp().as_millisecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let epoch = 1_709_210_096_000; // 2024-02-29 12:34:56 UTC
        for (text, pattern, expected) in [
            ("2024-02-29 12:34:56", "yyyy-MM-dd HH:mm:ss", Some(epoch)),
            (
                "2024-02-29T12:34:56.7Z",
                "yyyy-MM-dd'T'HH:mm:ss.SX",
                Some(epoch + 700),
            ),
            (
                "2024-02-29T13:34:56+0100",
                "yyyy-MM-dd'T'HH:mm:ssZ",
                Some(epoch),
            ),
            (
                "2024-02-29T14:34:56+02:00",
                "yyyy-MM-dd'T'HH:mm:ssXXX",
                Some(epoch),
            ),
            (
                "29/Feb/2024:12:34:56 +0000",
                "dd/MMM/yyyy:HH:mm:ss Z",
                Some(epoch),
            ),
            (
                "Thu, 29 February 2024 12:34:56 PM",
                "EEE, d MMMM yyyy hh:mm:ss a",
                Some(epoch),
            ),
            ("Fri 29 Feb 2024", "EEE d MMM yyyy", None),
            ("20240229123456", "yyyyMMddHHmmss", Some(epoch)),
            (
                "2024-02-29 12:34",
                "yyyy-MM-dd HH:mm[:ss]",
                Some(epoch - 56_000),
            ),
            ("2024-060", "yyyy-DDD", Some(1_709_164_800_000)),
            ("24-2-9", "yy-M-d", Some(1_707_436_800_000)),
            ("12 o'clock", "H 'o''clock'", Some(43_200_000)),
            (
                "13:34:56 Europe/Berlin 2024-02-29",
                "HH:mm:ss VV yyyy-MM-dd",
                Some(epoch),
            ),
            ("2024-02-30", "yyyy-MM-dd", Some(1_709_164_800_000)),
            ("2024-02-32", "yyyy-MM-dd", None),
            ("2024-02-29x", "yyyy-MM-dd", None),
            ("24:00", "HH:mm", Some(86_400_000)),
            ("24:01", "HH:mm", None),
            ("2024", "yyyy'", None),
            ("2024", "bbbb", None),
        ] {
            assert_eq!(
                parse(text, pattern, &TimeZone::UTC),
                expected,
                "{text} {pattern}"
            );
        }
    }
}
