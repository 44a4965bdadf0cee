//! Recognises dates and times at the beginning of a piece of text. Only the shape counts: the 31st
//! of February is a date.

/// Whether [`length`] has to look closer at text that begins with a digit: nearly all words are told
/// from times by a few bytes.
#[inline]
pub(crate) fn may_begin(text: &[u8]) -> bool {
    let digits = text
        .iter()
        .take(9)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    match (digits, text.get(digits)) {
        (1 | 2, Some(b':' | b'/' | b'-')) | (4, Some(b'-' | b'/' | b'.')) | (8, Some(b'T')) => true,
        _ => may_begin_with_day(text, digits),
    }
}

/// The same for text that begins with a word of `digits` digits: a day and the name of a month.
#[inline]
pub(crate) fn may_begin_with_day(text: &[u8], digits: usize) -> bool {
    matches!(digits, 1 | 2)
        && text.get(digits) == Some(&b' ')
        && text.get(digits + 1).is_some_and(u8::is_ascii_uppercase)
}

/// The same for text that begins with a word of `letters` letters: the name of a month or a day of
/// the week.
#[inline]
pub(crate) fn may_begin_with_name(text: &[u8], letters: usize) -> bool {
    letters == 3 && text[0].is_ascii_uppercase() && matches!(text.get(3), Some(b' ' | b','))
}

/// Length of the date, time or both that `text` begins with.
pub(crate) fn length(text: &[u8]) -> Option<usize> {
    let at = match text.first()? {
        b'0'..=b'9' => numeric(text)?,
        _ => named(text)?,
    };
    // What goes on is part of a longer word.
    match text.get(at) {
        Some(byte) if byte.is_ascii_alphanumeric() => None,
        Some(b'/' | b'-' | b':') if text.get(at + 1).is_some_and(u8::is_ascii_digit) => None,
        _ => Some(at),
    }
}

/// Forms that begin with a digit.
fn numeric(text: &[u8]) -> Option<usize> {
    match digits(text, 0) {
        4 => match text[4..] {
            [separator @ (b'-' | b'/' | b'.'), a, b, same, c, d, ..]
                if separator == same && all_digits(&[a, b, c, d]) =>
            {
                let goes_on = text.get(10).is_some_and(u8::is_ascii_digit);
                (!goes_on).then(|| clock_after_date(text, 10))
            }
            _ => None,
        },
        // 20240501T120000Z
        8 => {
            if text.get(8) != Some(&b'T') || digits(text, 9) != 6 {
                return None;
            }
            Some(zone(text, fraction(text, 15)))
        }
        count @ (1 | 2) => match text.get(count)? {
            b':' => clock(text, 0),
            // 01/May/2024:12:00:00 +0000, 05/01/2024 12:00:00
            b'/' if count == 2 => {
                if month(text, 3).is_some() && text.get(6) == Some(&b'/') {
                    if digits(text, 7) != 4 || text.get(11) != Some(&b':') {
                        return None;
                    }
                    return clock(text, 12);
                }
                if digits(text, 3) != 2 || text.get(5) != Some(&b'/') {
                    return None;
                }
                match digits(text, 6) {
                    year @ (2 | 4) => Some(clock_after_date(text, 6 + year)),
                    _ => None,
                }
            }
            // 1 May 2024 12:00:00
            b' ' | b'-' => {
                let name = count + 1;
                month(text, name)?;
                let year = name + 4;
                if text.get(year - 1) != text.get(count) || digits(text, year) != 4 {
                    return None;
                }
                Some(clock_after_date(text, year + 4))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Forms that begin with the name of a month or a day of the week.
fn named(text: &[u8]) -> Option<usize> {
    if weekday(text) {
        let mut at = 3;
        if text.get(at) == Some(&b',') {
            at += 1;
        }
        if text.get(at) != Some(&b' ') {
            return None;
        }
        let rest = &text[at + 1..];
        let length = match rest.first()? {
            b'0'..=b'9' => numeric(rest)?,
            _ => month_first(rest)?,
        };
        return Some(at + 1 + length);
    }
    month_first(text)
}

/// May  1 12:00:00, May 01 2024 12:00:00, May 1 12:00:00 2024
fn month_first(text: &[u8]) -> Option<usize> {
    month(text, 0)?;
    let mut at = 3;
    while text.get(at) == Some(&b' ') && at < 5 {
        at += 1;
    }
    let day = digits(text, at);
    if at == 3 || !(1..=2).contains(&day) {
        return None;
    }
    at += day;
    if text.get(at) == Some(&b',') {
        at += 1;
    }
    if text.get(at) != Some(&b' ') {
        return None;
    }
    at += 1;
    if digits(text, at) == 4 {
        return Some(clock_after_date(text, at + 4));
    }
    let end = clock(text, at)?;
    if text.get(end) == Some(&b' ')
        && digits(text, end + 1) == 4
        && matches!(text.get(end + 1), Some(b'1' | b'2'))
        && !text.get(end + 5).is_some_and(u8::is_ascii_alphanumeric)
    {
        return Some(end + 5);
    }
    Some(end)
}

/// The end of a time of day behind a date that ends at `at`, or `at`.
fn clock_after_date(text: &[u8], at: usize) -> usize {
    let mut from = at;
    if text.get(from) == Some(&b',') {
        from += 1;
    }
    match text.get(from) {
        Some(b'T' | b't' | b' ' | b'_' | b'-') => clock(text, from + 1).unwrap_or(at),
        _ => at,
    }
}

/// The end of `12:00:00` with fraction and zone at `at`.
fn clock(text: &[u8], at: usize) -> Option<usize> {
    let seconds = match *text.get(at..)? {
        [a, b, b':', c, d, b':', e, f, ..] if all_digits(&[a, b, c, d, e, f]) => at + 8,
        [a, b':', c, d, b':', e, f, ..] if all_digits(&[a, c, d, e, f]) => at + 7,
        _ => return None,
    };
    if text.get(seconds).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let end = fraction(text, seconds);
    // A colon that goes on belongs to an address.
    if text.get(end) == Some(&b':') && text.get(end + 1).is_some_and(u8::is_ascii_hexdigit) {
        return None;
    }
    Some(zone(text, end))
}

fn fraction(text: &[u8], at: usize) -> usize {
    if matches!(text.get(at), Some(b'.' | b',')) {
        match digits(text, at + 1) {
            0 => at,
            count => at + 1 + count,
        }
    } else {
        at
    }
}

/// The end of `Z`, `+00:00`, ` +0000`, ` UTC`, ` GMT`, ` AM` at `at`, or `at`.
fn zone(text: &[u8], at: usize) -> usize {
    let mut from = at;
    if text.get(from) == Some(&b'Z') {
        return from + 1;
    }
    if text.get(from) == Some(&b' ') {
        from += 1;
        let name = match text[from..] {
            [b'U', b'T', b'C', ..] | [b'G', b'M', b'T', ..] => 3,
            [b'A' | b'P', b'M', ..] => 2,
            _ => 0,
        };
        let goes_on = text.get(from + name).is_some_and(u8::is_ascii_alphanumeric);
        if name > 0 && !goes_on {
            return from + name;
        }
    }
    if !matches!(text.get(from), Some(b'+' | b'-')) {
        return at;
    }
    match digits(text, from + 1) {
        4 => from + 5,
        2 if text.get(from + 3) == Some(&b':') && digits(text, from + 4) == 2 => from + 6,
        2 if from == at => from + 3,
        _ => at,
    }
}

fn digits(text: &[u8], at: usize) -> usize {
    text.get(at..).map_or(0, |rest| {
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    })
}

fn all_digits(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_digit)
}

fn month(text: &[u8], at: usize) -> Option<()> {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let name = text.get(at..at + 3)?;
    MONTHS
        .chunks_exact(3)
        .any(|known| known == name)
        .then_some(())
}

fn weekday(text: &[u8]) -> bool {
    const DAYS: &[u8] = b"MonTueWedThuFriSatSun";
    text.get(..3)
        .is_some_and(|name| DAYS.chunks_exact(3).any(|known| known == name))
}

#[cfg(test)]
mod tests {
    use super::{length, may_begin, may_begin_with_name};

    #[test]
    fn times_end_where_they_end() {
        let whole = [
            "2024-05-01",
            "2024-05-01T12:00:00Z",
            "2024-05-01T12:00:00.123456+02:00",
            "2024-05-01 12:00:00,123",
            "2024-05-01 12:00:00 UTC",
            "2024-05-01 12:00:00 +0000",
            "2024/05/01 12:00:00",
            "20240501T120000Z",
            "01/May/2024:12:00:00 +0000",
            "05/01/2024 12:00:00 PM",
            "12:00:00.123",
            "1 May 2024 12:00:00",
            "01-May-2024 12:00:00.123",
            "Wed, 01 May 2024 12:00:00 GMT",
            "Wed May  1 12:00:00 2024",
            "May  1 12:00:00",
            "May 01, 2024",
        ];
        for text in whole {
            let may = match text.as_bytes()[0].is_ascii_digit() {
                true => may_begin(text.as_bytes()),
                false => may_begin_with_name(text.as_bytes(), 3),
            };
            assert!(may, "{text}");
            assert_eq!(length(text.as_bytes()), Some(text.len()), "{text}");
            let followed = format!("{text} 10.0.0.1");
            assert_eq!(length(followed.as_bytes()), Some(text.len()), "{followed}");
        }
        for text in [
            "2024-05",
            "12:30",
            "1.2.3",
            "May be",
            "Monday",
            "12:00:00:aa",
            "2024-05-011",
            "12/10/11/5",
        ] {
            assert_eq!(length(text.as_bytes()), None, "{text}");
        }
    }
}
