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
/// A letter that is no hexadecimal digit; it comes with [`LETTER`].
pub(crate) const NOT_HEX: u8 = 64;
/// Bytes that no word holds.
pub(crate) const SEPARATOR: u8 = 128;

/// Longest word whose text tells lines apart.
const LONGEST_LITERAL: usize = 100;
/// A word with as many digits is an identifier.
const DIGITS_OF_ID: usize = 3;
/// As many hexadecimal digits are an identifier.
const DIGITS_OF_HEX: usize = 8;

/// Words that are values by nature: methods of HTTP, truth, nothing. Nearly all words are told from
/// them by their first letter, or by that and their length.
fn is_choice(text: &[u8]) -> bool {
    match text.first() {
        Some(b'G') => text == b"GET",
        Some(b'H') => text == b"HEAD",
        Some(b'P') => matches!(text, b"PUT" | b"POST" | b"PATCH"),
        Some(b'D') => text == b"DELETE",
        Some(b'O') => text == b"OPTIONS",
        Some(b't') => text == b"true",
        Some(b'T') => text == b"True",
        Some(b'f') => text == b"false",
        Some(b'F') => text == b"False",
        Some(b'n') => matches!(text, b"null" | b"nil"),
        Some(b'N') => matches!(text, b"None" | b"NULL"),
        _ => false,
    }
}

/// The classes of the bytes of a word. An apostrophe inside is as good as a letter.
pub(crate) fn flags(word: &[u8]) -> u8 {
    let flags = word
        .iter()
        .fold(0, |flags, byte| flags | CLASSES[usize::from(*byte)]);
    match flags & SEPARATOR {
        0 => flags,
        _ => flags & !SEPARATOR | LETTER | NOT_HEX,
    }
}

/// The class of every byte.
pub(crate) static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [MARK; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'a'..=b'f' | b'A'..=b'F' => LETTER,
            b'g'..=b'z' | b'G'..=b'Z' | 0x80.. => LETTER | NOT_HEX,
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
    if flags & !(LETTER | NOT_HEX) == 0 {
        // Hexadecimal digits happen to be letters now and then.
        return if flags & NOT_HEX == 0 && text.len() >= DIGITS_OF_HEX {
            Kind::Id
        } else if is_choice(text) {
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
            .all(|byte| CLASSES[usize::from(*byte)] & LETTER != 0 || *byte == b'-')
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
    // What the flags tell saves most of the closer looks.
    if flags & (AT | COLON | SLASH) == 0 && is_number(text) {
        return Kind::Number;
    }
    if flags & LETTER == 0 && flags & MARK != 0 && ipv4(text) == Some(text.len()) {
        return Kind::Ip;
    }
    if flags & AT != 0 && is_email(text) {
        return Kind::Email;
    }
    if flags & LETTER != 0 && (has_digits_of_id(text) || is_hex(text, flags)) {
        Kind::Id
    } else {
        Kind::Name
    }
}

fn has_digits_of_id(text: &[u8]) -> bool {
    let mut digits = text.iter().filter(|byte| byte.is_ascii_digit());
    digits.nth(DIGITS_OF_ID - 1).is_some()
}

/// Enough hexadecimal digits, with or without `0x`.
fn is_hex(text: &[u8], flags: u8) -> bool {
    if flags & !(LETTER | DIGIT | NOT_HEX) != 0 {
        return false;
    }
    match text.strip_prefix(b"0x") {
        Some(rest) => !rest.is_empty() && rest.iter().all(u8::is_ascii_hexdigit),
        None => flags & NOT_HEX == 0 && text.len() >= DIGITS_OF_HEX,
    }
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

/// The value of at most 18 digits.
fn decimal(digits: &[u8]) -> u64 {
    digits
        .iter()
        .fold(0, |value, digit| value * 10 + u64::from(digit - b'0'))
}

/// How many of the smallest unit of its kind a unit is: nanoseconds, bytes, or ones.
fn unit_of(unit: &[u8]) -> Option<u64> {
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
        let value = i128::from(decimal(&rest[..whole])) * 1_000;
        rest = &rest[whole..];
        // Fractions finer than a nanounit make no difference.
        let (mut fraction, mut scale) = (0, 1);
        if let [b'.', digits @ ..] = rest {
            let count = leading_digits(digits);
            let kept = count.min(9);
            fraction = decimal(&digits[..kept]) * 1_000;
            scale = 10u64.pow(kept as u32);
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
        // Nearly always there is room in 64 bits, where division is quick.
        let fraction = match fraction.checked_mul(factor) {
            Some(product) => i128::from(product / scale),
            None => i128::from(fraction) * i128::from(factor) / i128::from(scale),
        };
        total = total
            .checked_add(value * i128::from(factor))?
            .checked_add(fraction)?;
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
            let embedded = ipv4(group) == Some(group.len());
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
        word(text.as_bytes(), flags(text.as_bytes()))
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
        for text in [
            "12:30",
            "std::vec",
            "a:b",
            "key:value",
            "1:2:3",
            "::10.0.0.1_x",
        ] {
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
