//! Time zones by name, for the date functions of the language.

use jiff::tz::{Offset, TimeZone};

/// What to write for a zone.
pub const FORMS: &str =
    "write a name such as `Europe/Berlin`, `UTC`, or an offset such as `+02:00`";

/// A zone by IANA name, `Z`, or offset with an optional `UTC` or `GMT` before it.
pub fn find(name: &str) -> Option<TimeZone> {
    if name == "Z" {
        return Some(TimeZone::UTC);
    }
    let offset = ["UTC", "GMT", "UT"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name);
    if offset.starts_with(['+', '-']) {
        return parse_offset(offset).map(TimeZone::fixed);
    }
    TimeZone::get(name).ok()
}

/// `+h`, `+hh`, `+hhmm`, `+hh:mm`, `+hhmmss`, `+hh:mm:ss`, up to 18 hours.
fn parse_offset(text: &str) -> Option<Offset> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let body = &text[1..];
    let parts: Vec<&str> = if body.contains(':') {
        body.split(':').collect()
    } else {
        match body.len() {
            1 | 2 => vec![body],
            4 => vec![body.get(..2)?, body.get(2..)?],
            6 => vec![body.get(..2)?, body.get(2..4)?, body.get(4..)?],
            _ => return None,
        }
    };
    let mut seconds = 0;
    for (part, unit) in parts.iter().zip([3_600, 60, 1]) {
        let hour = unit == 3_600;
        if !part.bytes().all(|byte| byte.is_ascii_digit())
            || !(part.len() == 2 || (hour && part.len() == 1))
        {
            return None;
        }
        let value: i32 = part.parse().ok()?;
        if value > if hour { 18 } else { 59 } {
            return None;
        }
        seconds += value * unit;
    }
    if parts.len() > 3 || seconds > 18 * 3_600 {
        return None;
    }
    Offset::from_seconds(sign * seconds).ok()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn zones_are_names_or_offsets() {
        for (name, seconds) in [
            ("UTC", 0),
            ("Z", 0),
            ("GMT", 0),
            ("Asia/Kolkata", 19_800),
            ("+02:00", 7_200),
            ("-0330", -12_600),
            ("+5", 18_000),
            ("UTC+2", 7_200),
            ("GMT-08:00", -28_800),
            ("+01:02:03", 3_723),
        ] {
            let zone = find(name).expect(name);
            assert_eq!(
                zone.to_offset(Timestamp::UNIX_EPOCH).seconds(),
                seconds,
                "{name}"
            );
        }
        for name in [
            "",
            "+",
            "Mars/Base",
            "+19:00",
            "+02:60",
            "+2:0",
            "+é1",
            "+123",
            "+18:01",
        ] {
            assert!(find(name).is_none(), "{name}");
        }
    }
}
