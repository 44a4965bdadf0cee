//! Decimal integers, eight digits at a time.

use flowgauge_event::Number;

/// The integer `block[start..end]`, or `None` where that text is no 64-bit integer.
#[inline(always)]
pub(super) fn integer(block: &[u8], start: usize, end: usize) -> Option<i64> {
    let len = end - start;
    let value = match block.get(start..start + 16) {
        Some(bytes) if len.wrapping_sub(1) < 8 => eight(word(bytes, 0), len),
        Some(bytes) if len.wrapping_sub(9) < 8 => {
            let head = eight(word(bytes, 0), len - 8);
            let tail = eight(word(bytes, len - 8), 8);
            head.zip(tail).map(|(head, tail)| head * 100_000_000 + tail)
        }
        _ => None,
    };
    match value {
        Some(value) => Some(value as i64),
        None if len == 1 && block[start] == b'-' => None,
        None => rare(&block[start..end]),
    }
}

/// Signs, more than 16 digits, the end of the block, and everything that is no number.
#[inline(never)]
fn rare(text: &[u8]) -> Option<i64> {
    match Number::parse_bytes(text)? {
        Number::Int(value) => Some(value),
        Number::Float(_) => None,
    }
}

/// Whether the text can be the `version` of a record.
#[inline]
pub(super) fn is_version(text: &[u8]) -> bool {
    (1..=3).contains(&text.len()) && text.iter().all(u8::is_ascii_digit)
}

#[inline(always)]
fn word(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

/// The number written in the first `len` bytes (1 to 8) of `word`, when they are all digits.
///
/// The digits move to the top of the word, zeros fill up from below, and neighbours are then
/// combined: eight digits, four pairs, two fours, one eight.
#[inline(always)]
fn eight(word: u64, len: usize) -> Option<u64> {
    let shift = 64 - 8 * len;
    let digits = (word ^ 0x3030_3030_3030_3030) << shift;
    // A byte above 9 carries into its top bit when 0x76 is added; a set top bit is no digit either.
    let above = (digits & 0x7f7f_7f7f_7f7f_7f7f) + 0x7676_7676_7676_7676;
    if (above | digits) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads `text` both with bytes behind it and as the end of a block.
    fn both(text: &str) -> Option<i64> {
        let end = text.len();
        let short = integer(text.as_bytes(), 0, end);
        let long = format!("{text} 4711 4711 4711 ");
        assert_eq!(integer(long.as_bytes(), 0, end), short, "{text}");
        short
    }

    #[test]
    fn borders() {
        for text in [
            "",
            "-",
            "12a",
            "/",
            ":",
            "1.5",
            "a2345678",
            "123456789x",
            "é1",
        ] {
            assert_eq!(both(text), None, "{text}");
        }
        for (text, value) in [
            ("0", 0),
            ("007", 7),
            ("-5", -5),
            ("12345678", 12_345_678),
            ("1234567890123456", 1_234_567_890_123_456),
            ("9223372036854775807", i64::MAX),
        ] {
            assert_eq!(both(text), Some(value), "{text}");
        }
        assert_eq!(both("9223372036854775808"), None);
    }

    proptest! {
        #[test]
        fn printed_integers_come_back(value: i64, digits in 0u32..19) {
            let value = value / 10i64.pow(digits);
            prop_assert_eq!(both(&value.to_string()), Some(value));
        }

        #[test]
        fn any_text_reads_as_the_language_reads_it(text in "[0-9]{0,9}[ -~]{0,2}[0-9]{0,9}") {
            let expected = match Number::parse(&text) {
                Some(Number::Int(value)) => Some(value),
                _ => None,
            };
            prop_assert_eq!(both(&text), expected);
        }
    }
}
