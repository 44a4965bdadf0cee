//! Matching the parts of a pattern against text.

use jiff::tz::{Offset, TimeZone};

use super::{Field, Fields, Number, OffsetStyle, Part};
use crate::zone;

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

/// Abbreviations as Java reads them: as regions, whose rules decide about summer time.
const ZONE_NAMES: &[(&str, &str)] = &[
    ("AEDT", "Australia/Sydney"),
    ("AEST", "Australia/Sydney"),
    ("AKDT", "America/Anchorage"),
    ("AKST", "America/Anchorage"),
    ("BST", "Europe/London"),
    ("CDT", "America/Chicago"),
    ("CEST", "Europe/Paris"),
    ("CET", "Europe/Paris"),
    ("CST", "America/Chicago"),
    ("EDT", "America/New_York"),
    ("EEST", "Europe/Athens"),
    ("EET", "Europe/Athens"),
    ("EST", "America/New_York"),
    ("HST", "Pacific/Honolulu"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
    ("KST", "Asia/Seoul"),
    ("MDT", "America/Denver"),
    ("MSK", "Europe/Moscow"),
    ("MST", "America/Denver"),
    ("NZDT", "Pacific/Auckland"),
    ("NZST", "Pacific/Auckland"),
    ("PDT", "America/Los_Angeles"),
    ("PST", "America/Los_Angeles"),
    ("SGT", "Asia/Singapore"),
    ("WEST", "Europe/Lisbon"),
    ("WET", "Europe/Lisbon"),
];

/// Reads all parts; gives the text behind them, or `None` when a part does not fit.
pub(super) fn parts<'t>(parts: &[Part], text: &'t str, fields: &mut Fields) -> Option<&'t str> {
    let mut rest = text;
    for part in parts {
        rest = one(part, rest, fields)?;
    }
    Some(rest)
}

fn one<'t>(part: &Part, text: &'t str, fields: &mut Fields) -> Option<&'t str> {
    match part {
        Part::Literal(literal) => text.strip_prefix(literal.as_str()),
        Part::Number(shape) => number(shape, text, fields),
        Part::Fraction(width) => {
            let (value, rest) = digits(text, *width)?;
            let scale = 10i64.pow(9 - u32::try_from(*width).ok()?);
            fields.set(Field::NanoOfSecond, value * scale)?;
            Some(rest)
        }
        Part::ShortYear => {
            let (value, rest) = digits(text, 2)?;
            fields.set(Field::Year, 2000 + value)?;
            Some(rest)
        }
        Part::Month { full } => {
            let (index, rest) = name(&MONTHS, *full, text)?;
            fields.set(Field::Month, i64::from(index) + 1)?;
            Some(rest)
        }
        Part::Weekday { full } => {
            let (index, rest) = name(&WEEKDAYS, *full, text)?;
            fields.weekday = Some(index);
            Some(rest)
        }
        Part::Half => {
            let (afternoon, rest) = match text.strip_prefix("AM") {
                Some(rest) => (false, rest),
                None => (true, text.strip_prefix("PM")?),
            };
            fields.afternoon = Some(afternoon);
            Some(rest)
        }
        Part::Offset(style) => {
            let (offset, rest) = offset(*style, text)?;
            fields.offset = Some(offset);
            Some(rest)
        }
        Part::Zone { names } => {
            let (zone, rest) = zone(*names, text)?;
            fields.zone = Some(zone);
            Some(rest)
        }
        Part::Optional(section) => {
            let mut inside = fields.clone();
            match parts(section, text, &mut inside) {
                Some(rest) => {
                    *fields = inside;
                    Some(rest)
                }
                None => Some(text),
            }
        }
    }
}

fn number<'t>(shape: &Number, text: &'t str, fields: &mut Fields) -> Option<&'t str> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) if shape.signed => (true, text),
        _ => (false, text),
    };
    let run = text.bytes().take_while(u8::is_ascii_digit).count();
    let width = run
        .saturating_sub(shape.reserved)
        .clamp(shape.min, shape.max);
    let (value, rest) = digits(text, width)?;
    fields.set(shape.field, if negative { -value } else { value })?;
    Some(rest)
}

/// Exactly `width` digits, and what follows them.
fn digits(text: &str, width: usize) -> Option<(i64, &str)> {
    let (digits, rest) = text.split_at_checked(width)?;
    // The standard parser would take a sign, too.
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, rest))
}

/// The index of the name that the text begins with.
fn name<'t>(names: &[&str], full: bool, text: &'t str) -> Option<(i8, &'t str)> {
    (0..).zip(names).find_map(|(index, name)| {
        let name = if full { name } else { &name[..3] };
        Some((index, text.strip_prefix(name)?))
    })
}

fn offset(style: OffsetStyle, text: &str) -> Option<(Offset, &str)> {
    if style.zulu
        && let Some(rest) = text.strip_prefix('Z')
    {
        return Some((Offset::UTC, rest));
    }
    let text = if style.gmt {
        text.strip_prefix("GMT")?
    } else {
        text
    };
    let (sign, text) = match text.as_bytes().first() {
        Some(b'+') => (1, &text[1..]),
        Some(b'-') => (-1, &text[1..]),
        _ => return style.gmt.then_some((Offset::UTC, text)),
    };
    let (hours, mut rest) = digits(text, 2)?;
    let mut seconds = hours * 3_600;
    match sixty(style.colon, rest) {
        Some((minutes, after)) => {
            seconds += minutes * 60;
            rest = after;
            if style.seconds
                && let Some((value, after)) = sixty(style.colon, rest)
            {
                seconds += value;
                rest = after;
            }
        }
        None if style.short => {}
        None => return None,
    }
    // Java knows no offset beyond 18 hours.
    let seconds = i32::try_from(seconds)
        .ok()
        .filter(|seconds| *seconds <= 18 * 3_600)?;
    Some((Offset::from_seconds(sign * seconds).ok()?, rest))
}

/// Two digits below 60 after an optional colon.
fn sixty(colon: bool, text: &str) -> Option<(i64, &str)> {
    let text = if colon { text.strip_prefix(':')? } else { text };
    digits(text, 2).filter(|(value, _)| *value < 60)
}

fn zone(names: bool, text: &str) -> Option<(TimeZone, &str)> {
    let mut end = text
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"/_+-:".contains(byte))
        .count();
    // What follows may look like more of the name, so shorter ones are tried too.
    while end > 0 {
        let (name, rest) = text.split_at(end);
        let listed = ZONE_NAMES.iter().find(|(short, _)| names && *short == name);
        if let Some(zone) = zone::find(listed.map_or(name, |(_, region)| region)) {
            return Some((zone, rest));
        }
        end -= 1;
    }
    None
}
