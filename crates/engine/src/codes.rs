//! Values as codes of 16 bytes, for hash tables: two values of a column have the same code exactly
//! when they are the same.
//!
//! Text of up to 12 bytes is coded as Arrow's string view of it, which holds it whole: four bytes
//! of length, then the text. Text of 13 to 15 bytes takes the upper three bytes of the length as
//! well; so every IPv4 address has a code. Longer text has none. Integers and times are coded as
//! they are.

use arrow::array::StringViewArray;

/// Longest text that has a code.
pub const SHORT: usize = 15;
/// Longest text that lies in a string view.
const INLINE: usize = 12;
/// The lowest byte of a code of short text is its length, that of an integer zero. Codes whose
/// lowest byte is this or more are free for other uses.
pub const RESERVED: u8 = 16;

/// The code of a row's text, if it is short.
#[inline(always)]
pub fn of_row(texts: &StringViewArray, row: usize) -> Option<u128> {
    let view = texts.views()[row];
    if view as u32 as usize <= INLINE {
        return Some(view);
    }
    of_long_enough(texts.value(row).as_bytes())
}

/// The code of a text of more than 12 bytes, if it is short.
#[inline]
fn of_long_enough(text: &[u8]) -> Option<u128> {
    if text.len() > SHORT {
        return None;
    }
    // Two loads that overlap, in place of a copy of unknown length.
    let word = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&text[at..at + 8]);
        u128::from(u64::from_le_bytes(bytes))
    };
    let last = text.len() - 8;
    Some((word(0) | word(last) << (8 * last)) << 8 | text.len() as u128)
}

/// The text behind the bytes of a code, lowest first.
pub fn text(code: &[u8; 16]) -> &[u8] {
    match usize::from(code[0]) {
        length if length <= INLINE => &code[4..4 + length],
        length => &code[1..1 + length.min(SHORT)],
    }
}

/// The code of an integer or of a time.
#[inline(always)]
pub fn of_integer(value: i64) -> u128 {
    u128::from(value as u64) << 8
}

/// The integer behind a code.
#[inline(always)]
pub fn integer(code: u128) -> i64 {
    (code >> 8) as i64
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use arrow::array::Array;

    use super::*;

    #[test]
    fn texts_and_integers_come_back_and_no_two_share_a_code() {
        let mut texts: Vec<String> = ["", "a", "é", "\0", "\0\0", "-", "255.255.255.255"]
            .map(str::to_owned)
            .to_vec();
        for length in 0..=SHORT {
            texts.push("x".repeat(length));
            texts.push("\0".repeat(length));
            texts.push((0..length).map(|at| char::from(b'a' + at as u8)).collect());
        }
        let long = ["0123456789abcdef".to_owned(), "x".repeat(40)];
        let column = StringViewArray::from_iter_values(texts.iter().chain(&long));
        let mut known: HashMap<u128, &str> = HashMap::new();
        for (row, expected) in texts.iter().enumerate() {
            let code = of_row(&column, row).expect("short");
            assert!(code.to_le_bytes()[0] < RESERVED);
            assert_eq!(text(&code.to_le_bytes()), expected.as_bytes());
            assert_eq!(*known.entry(code).or_insert(expected), expected);
        }
        for row in texts.len()..column.len() {
            assert_eq!(of_row(&column, row), None);
        }
        for value in [0, 1, -1, i64::MIN, i64::MAX, 4_711] {
            let code = of_integer(value);
            assert_eq!(code.to_le_bytes()[0], 0);
            assert_eq!(integer(code), value);
        }
    }
}
