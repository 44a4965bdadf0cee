//! What a word looks like, from its bytes alone.

use crate::token::Kind;

/// A letter, or part of a character outside ASCII.
pub(crate) const LETTER: u8 = 1;
/// A digit.
pub(crate) const DIGIT: u8 = 2;
/// `:`, which words are cut at unless they are addresses.
pub(crate) const COLON: u8 = 4;
/// `/`.
pub(crate) const SLASH: u8 = 8;
/// `@`.
pub(crate) const AT: u8 = 16;
/// Other punctuation that may stand inside a word.
pub(crate) const MARK: u8 = 32;
/// Bytes that no word holds.
pub(crate) const SEPARATOR: u8 = 128;

/// Longest word whose text tells lines apart.
const LONGEST_LITERAL: usize = 100;
/// A word with as many digits is an identifier.
const DIGITS_OF_ID: usize = 3;

/// Words that are values by nature: methods of HTTP, truth, nothing.
const CHOICES: &[&[u8]] = &[
    b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"true", b"false", b"True",
    b"False", b"null", b"nil", b"None", b"NULL",
];

/// The class of every byte.
pub(crate) static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [MARK; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => LETTER,
            b'0'..=b'9' => DIGIT,
            b':' => COLON,
            b'/' => SLASH,
            b'@' => AT,
            b'"' | b'\'' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b',' | b';'
            | b'=' | b'|' | b'`' => SEPARATOR,
            0..=b' ' | 0x7f => SEPARATOR,
            _ => MARK,
        };
        byte += 1;
    }
    table
}

/// The kind of a word without colons; `flags` are the classes of its bytes.
#[inline]
pub(crate) fn word(text: &[u8], flags: u8) -> Kind {
    if text.len() > LONGEST_LITERAL {
        return Kind::Blob;
    }
    if flags & !LETTER == 0 {
        // Hexadecimal digits happen to be letters now and then.
        return if is_hex(text) {
            Kind::Id
        } else if CHOICES.contains(&text) {
            Kind::Name
        } else {
            Kind::Word
        };
    }
    if flags & !DIGIT == 0 {
        return Kind::Number;
    }
    if flags & DIGIT == 0 {
        return if flags & AT != 0 && is_email(text) {
            Kind::Email
        } else if text
            .iter()
            .all(|byte| CLASSES[usize::from(*byte)] == LETTER || *byte == b'-')
        {
            // `re-trying` is a word like any other.
            Kind::Word
        } else {
            Kind::Name
        };
    }
    with_digits(text, flags)
}

fn with_digits(text: &[u8], flags: u8) -> Kind {
    if is_number(text) {
        return Kind::Number;
    }
    if ipv4(text).is_some_and(|end| end == text.len()) {
        return Kind::Ip;
    }
    if flags & AT != 0 && is_email(text) {
        return Kind::Email;
    }
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits >= DIGITS_OF_ID && flags & (LETTER | DIGIT) == LETTER | DIGIT || is_hex(text) {
        Kind::Id
    } else {
        Kind::Name
    }
}

/// Eight or more hexadecimal digits, with or without `0x`.
fn is_hex(text: &[u8]) -> bool {
    let (digits, least) = match text.strip_prefix(b"0x") {
        Some(rest) => (rest, 1),
        None => (text, 8),
    };
    digits.len() >= least && digits.iter().all(u8::is_ascii_hexdigit)
}

fn is_email(text: &[u8]) -> bool {
    let Some(at) = text.iter().position(|byte| *byte == b'@') else {
        return false;
    };
    let host = &text[at + 1..];
    at > 0 && host.contains(&b'.') && !host.contains(&b'@')
}

/// `42`, `-1.5`, `99.9%`, `1e6`, `10ms`, `1m30s`, `512MiB`.
fn is_number(text: &[u8]) -> bool {
    let mut rest = match text {
        [b'-' | b'+', rest @ ..] => rest,
        _ => text,
    };
    let mut parts = 0;
    while !rest.is_empty() {
        let whole = leading_digits(rest);
        if whole == 0 {
            return false;
        }
        rest = &rest[whole..];
        if let [b'.', fraction @ ..] = rest {
            let digits = leading_digits(fraction);
            if digits == 0 {
                return false;
            }
            rest = &fraction[digits..];
        }
        if let [b'e' | b'E', exponent @ ..] = rest {
            let unsigned = match exponent {
                [b'-' | b'+', unsigned @ ..] => unsigned,
                _ => exponent,
            };
            let digits = leading_digits(unsigned);
            if digits > 0 && digits == unsigned.len() {
                return true;
            }
        }
        let unit = rest
            .iter()
            .take_while(|byte| !byte.is_ascii_digit())
            .count();
        if unit > 0 && unit_of(&rest[..unit]).is_none() {
            return false;
        }
        if unit == 0 && !rest.is_empty() {
            return false;
        }
        rest = &rest[unit..];
        parts += 1;
        if parts > 4 {
            return false;
        }
    }
    parts > 0
}

fn leading_digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// How many of the smallest unit of its kind a unit is: nanoseconds, bytes, or ones.
fn unit_of(unit: &[u8]) -> Option<i128> {
    Some(match unit {
        b"%" | b"ns" | b"b" | b"B" => 1,
        b"us" | b"\xc2\xb5s" | b"\xce\xbcs" => 1_000,
        b"ms" => 1_000_000,
        b"s" | b"sec" | b"secs" => 1_000_000_000,
        b"m" | b"min" => 60_000_000_000,
        b"h" => 3_600_000_000_000,
        b"d" => 86_400_000_000_000,
        b"k" | b"K" | b"kB" | b"KB" | b"kb" => 1_000,
        b"M" | b"MB" | b"mb" => 1_000_000,
        b"G" | b"GB" | b"gb" => 1_000_000_000,
        b"Ki" | b"KiB" => 1 << 10,
        b"Mi" | b"MiB" => 1 << 20,
        b"Gi" | b"GiB" => 1 << 30,
        _ => return None,
    })
}

/// The value of a number in thousandths of the smallest unit of its kind, so that values of one
/// token can be compared although their units differ. `None` where it does not fit.
pub(crate) fn thousandths(text: &[u8]) -> Option<i128> {
    let (negative, mut rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let mut total = 0i128;
    while !rest.is_empty() {
        let whole = leading_digits(rest);
        if whole == 0 || whole > 18 {
            return None;
        }
        let mut value = 0i128;
        for byte in &rest[..whole] {
            value = value * 10 + i128::from(byte - b'0');
        }
        value *= 1_000;
        rest = &rest[whole..];
        // Fractions finer than a nanounit make no difference.
        let mut fraction = 0i128;
        let mut scale = 1i128;
        if let [b'.', digits @ ..] = rest {
            let count = leading_digits(digits);
            for byte in digits[..count].iter().take(9) {
                fraction = fraction * 10 + i128::from(byte - b'0');
                scale *= 10;
            }
            rest = &digits[count..];
        }
        let unit = rest
            .iter()
            .take_while(|byte| !byte.is_ascii_digit())
            .count();
        let factor = if unit == 0 {
            1
        } else {
            unit_of(&rest[..unit])?
        };
        total = total
            .checked_add(value.checked_mul(factor)?)?
            .checked_add(fraction * 1_000 * factor / scale)?;
        rest = &rest[unit..];
    }
    Some(if negative { -total } else { total })
}

/// Length of the IPv4 address or network that `text` begins with.
pub(crate) fn ipv4(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for part in 0..4 {
        if part > 0 {
            if text.get(at) != Some(&b'.') {
                return None;
            }
            at += 1;
        }
        let digits = leading_digits(text.get(at..)?);
        if !(1..=3).contains(&digits) {
            return None;
        }
        at += digits;
    }
    if text.get(at) == Some(&b'/') {
        let bits = leading_digits(&text[at + 1..]);
        if (1..=2).contains(&bits) {
            at += 1 + bits;
        }
    }
    match text.get(at) {
        Some(b'.') if text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) => None,
        Some(byte) if byte.is_ascii_alphanumeric() => None,
        _ => Some(at),
    }
}

/// Whether a word with colons is an IPv6 address or network, or a hardware address; the kind.
pub(crate) fn colons(text: &[u8]) -> Option<Kind> {
    let (address, _) = match text.iter().position(|byte| *byte == b'/') {
        Some(slash) => text.split_at(slash),
        None => (text, &b""[..]),
    };
    let mut groups = 0;
    let mut pairs = 0;
    let mut doubled = false;
    let mut previous_empty = false;
    for group in address.split(|byte| *byte == b':') {
        if group.is_empty() {
            doubled |= previous_empty || groups > 0;
            previous_empty = true;
        } else {
            previous_empty = false;
            let embedded = ipv4(group).is_some();
            if !embedded && (group.len() > 4 || !group.iter().all(u8::is_ascii_hexdigit)) {
                return None;
            }
            pairs += usize::from(group.len() == 2);
        }
        groups += 1;
    }
    if groups == 6 && pairs == 6 {
        return Some(Kind::Id);
    }
    let full = groups == 8 && !previous_empty;
    ((3..=9).contains(&groups) && (full || doubled)).then_some(Kind::Ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Kind {
        let flags = text
            .bytes()
            .fold(0, |flags, byte| flags | CLASSES[usize::from(byte)]);
        word(text.as_bytes(), flags)
    }

    #[test]
    fn words_look_like_what_they_are() {
        let cases: &[(Kind, &[&str])] = &[
            (Kind::Word, &["connection", "re-trying", "größer"]),
            (
                Kind::Name,
                &[
                    "HTTP/1.1",
                    "worker-3",
                    "user_name",
                    "com.example.Main",
                    "S3",
                    "us-east-1",
                ],
            ),
            (
                Kind::Number,
                &[
                    "0", "-5", "3.25", "99%", "10ms", "1.5s", "1m30s", "512MiB", "1e6", "2.5e-3",
                ],
            ),
            (
                Kind::Id,
                &[
                    "550e8400-e29b-41d4-a716-446655440000",
                    "i-0abc123def",
                    "deadbeef",
                    "0x1f",
                    "req-12345",
                ],
            ),
            (Kind::Ip, &["10.0.0.1", "192.168.0.0/16"]),
            (Kind::Email, &["ann@example.com", "a.b1@x.org"]),
        ];
        for (expected, texts) in cases {
            for text in *texts {
                assert_eq!(kind(text), *expected, "{text}");
            }
        }
        assert_eq!(kind(&"x".repeat(LONGEST_LITERAL + 1)), Kind::Blob);
    }

    #[test]
    fn addresses_with_colons() {
        for text in [
            "2001:db8::1",
            "::1",
            "fe80::1/64",
            "1:2:3:4:5:6:7:8",
            "::ffff:10.0.0.1",
        ] {
            assert_eq!(colons(text.as_bytes()), Some(Kind::Ip), "{text}");
        }
        assert_eq!(colons(b"0a:1b:2c:3d:4e:5f"), Some(Kind::Id));
        for text in ["12:30", "std::vec", "a:b", "key:value", "1:2:3"] {
            assert_eq!(colons(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn numbers_of_several_units_compare() {
        let value = |text: &str| thousandths(text.as_bytes());
        assert_eq!(value("1s"), value("1000ms"));
        assert_eq!(value("1m30s"), value("90s"));
        assert_eq!(value("1.5"), Some(1_500));
        assert_eq!(value("-2"), Some(-2_000));
        assert_eq!(value("1MiB"), value("1024KiB"));
        assert_eq!(value("9999999999999999999"), None);
    }
}
