//! The order of values of mixed kinds (language spec 5.7), as a comparison and as a binary key.
//!
//! Ascending: everything that is no number comes before every number. Non-numbers compare in
//! natural order: text is cut into maximal runs of ASCII digits and runs of anything else, and
//! the runs compare one by one; two digit runs compare by length and then by digit, other runs by
//! code point, and a prefix comes first. Numbers compare by value, exactly; equal numbers written
//! differently compare as text, so that the order is total.
//!
//! [`encode`] writes a key whose byte order is that order, so that `sort` and merges compare bytes.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{ArrayRef, LargeBinaryBuilder};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;

use crate::function::{Args, Scalar};
use crate::types;

/// First byte of the key of a value that is no number.
const NON_NUMBER: u8 = 1;
/// First byte of the key of a number.
const NUMBER: u8 = 2;
/// Ends a text. Smaller than whatever can follow a run.
const END: u8 = 0;
/// Announces a digit run after another run: after the end of the text, before more of the run.
const DIGITS_FOLLOW: u8 = 1;
/// Shifts the bytes that would collide with the marks above, and itself.
const ESCAPE: u8 = 2;
/// Announces a digit run at the start of a text, where it meets other runs: the bytes of those
/// are smaller or greater than every digit, and so is this mark against them.
const DIGITS_FIRST: u8 = b'0';
/// From this length on a digit run's length takes nine bytes.
const LONG_RUN: usize = 0xff;

/// `_sort_key(x)`: the binary sort key of a value; missing values and containers stay missing.
pub static SORT_KEY: Scalar = Scalar {
    name: "_sort_key",
    returns: |_| DataType::LargeBinary,
    invoke: sort_keys,
};

/// Compares two values as they print.
pub fn compare(left: &str, right: &str) -> Ordering {
    compare_parsed((left, Number::parse(left)), (right, Number::parse(right)))
}

/// [`compare`] for values whose numbers are known.
pub(crate) fn compare_parsed(
    left: (&str, Option<Number>),
    right: (&str, Option<Number>),
) -> Ordering {
    match (left.1, right.1) {
        (None, None) => compare_natural(left.0.as_bytes(), right.0.as_bytes()),
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) => a.compare(b).then_with(|| left.0.cmp(right.0)),
    }
}

/// Natural order, decided where the texts part: every run that ends before that is the same in
/// both. Valid UTF-8 orders by byte as it does by code point.
fn compare_natural(left: &[u8], right: &[u8]) -> Ordering {
    let common = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (rest_left, rest_right) = (&left[common..], &right[common..]);
    let (Some(a), Some(b)) = (rest_left.first(), rest_right.first()) else {
        return rest_left.len().cmp(&rest_right.len());
    };
    match (a.is_ascii_digit(), b.is_ascii_digit()) {
        (true, true) => run(rest_left).cmp(&run(rest_right)).then(a.cmp(b)),
        (false, false) => a.cmp(b),
        (digit_left, digit_right) => match left[..common].last() {
            // Two first runs of different kinds.
            None => a.cmp(b),
            // A digit run goes on in one text only, so there it is longer.
            Some(last) if last.is_ascii_digit() => digit_left.cmp(&digit_right),
            // Another run ends before a digit in one text, so there it is a prefix.
            Some(_) => digit_right.cmp(&digit_left),
        },
    }
}

/// Length of the first run of a text that is not empty.
fn run(text: &[u8]) -> usize {
    let digits = text[0].is_ascii_digit();
    text.iter()
        .position(|byte| byte.is_ascii_digit() != digits)
        .unwrap_or(text.len())
}

/// Appends the key of a value as it prints: keys order by byte as the values order by [`compare`].
pub fn encode(text: &str, out: &mut Vec<u8>) {
    match Number::parse(text) {
        Some(number) => {
            encode_number(number, out);
            out.extend_from_slice(text.as_bytes());
        }
        None => encode_natural(text.as_bytes(), out),
    }
}

/// Appends the key of a number: the nearest float, then what rounding took away. Rounding keeps
/// the order, so the pair orders like the exact value; the difference is at most 512.
fn encode_number(number: Number, out: &mut Vec<u8>) {
    let (float, difference) = match number {
        Number::Int(value) => {
            let float = value as f64;
            (float, (i128::from(value) - float as i128) as i16)
        }
        Number::Float(value) => (value, 0),
    };
    // Adding zero turns the negative zero, which is no value of its own, into the positive one.
    let bits = (float + 0.0).to_bits();
    let ordered = if bits >> 63 == 1 {
        !bits
    } else {
        bits | (1 << 63)
    };
    out.push(NUMBER);
    out.extend_from_slice(&ordered.to_be_bytes());
    out.extend_from_slice(&((difference as u16) ^ 0x8000).to_be_bytes());
}

fn encode_natural(mut text: &[u8], out: &mut Vec<u8>) {
    out.push(NON_NUMBER);
    let mut mark = DIGITS_FIRST;
    while !text.is_empty() {
        let (chunk, rest) = text.split_at(run(text));
        if chunk[0].is_ascii_digit() {
            out.push(mark);
            if chunk.len() < LONG_RUN {
                out.push(chunk.len() as u8);
            } else {
                out.push(LONG_RUN as u8);
                out.extend_from_slice(&(chunk.len() as u64).to_be_bytes());
            }
            out.extend_from_slice(chunk);
        } else {
            for &byte in chunk {
                if byte <= ESCAPE {
                    out.push(ESCAPE);
                }
                out.push(byte);
            }
        }
        mark = DIGITS_FOLLOW;
        text = rest;
    }
    out.push(END);
}

fn sort_keys(args: &Args) -> Result<ArrayRef> {
    let array = args.array(0)?;
    let mut keys = Keys {
        builder: LargeBinaryBuilder::with_capacity(args.rows, args.rows * 16),
        key: Vec::new(),
    };
    // Numbers, booleans and times have one spelling per value, so the text adds nothing.
    let typed = types::is_numeric(array.data_type())
        || matches!(
            array.data_type(),
            DataType::Boolean | DataType::Timestamp(_, _)
        );
    if typed {
        let numbers = args.numbers(0)?;
        for row in 0..args.rows {
            keys.append(numbers.get(row), encode_number);
        }
    } else {
        for text in &args.texts(0)? {
            keys.append(text, encode);
        }
    }
    Ok(Arc::new(keys.builder.finish()))
}

/// A column of keys under construction.
struct Keys {
    builder: LargeBinaryBuilder,
    /// The key of the current row, here so that its memory is used again.
    key: Vec<u8>,
}

impl Keys {
    fn append<T>(&mut self, value: Option<T>, encode: impl Fn(T, &mut Vec<u8>)) {
        match value {
            Some(value) => {
                self.key.clear();
                encode(value, &mut self.key);
                self.builder.append_value(&self.key);
            }
            None => self.builder.append_null(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregates::testing::Random;
    use arrow::array::{Array, AsArray, Int64Array, StringViewArray};
    use datafusion::logical_expr::ColumnarValue;

    fn key(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        encode(text, &mut out);
        out
    }

    /// The rule of the specification, written as it reads.
    fn reference(left: &str, right: &str) -> Ordering {
        fn chunks(text: &str) -> Vec<String> {
            let mut chunks: Vec<String> = Vec::new();
            for c in text.chars() {
                match chunks.last_mut() {
                    Some(last)
                        if last.ends_with(|p: char| p.is_ascii_digit()) == c.is_ascii_digit() =>
                    {
                        last.push(c)
                    }
                    _ => chunks.push(c.to_string()),
                }
            }
            chunks
        }
        match (Number::parse(left), Number::parse(right)) {
            (Some(a), Some(b)) => return a.compare(b).then(left.cmp(right)),
            (a, b) if a.is_some() != b.is_some() => return a.is_some().cmp(&b.is_some()),
            _ => {}
        }
        let (left, right) = (chunks(left), chunks(right));
        for (a, b) in left.iter().zip(&right) {
            let digits = |chunk: &str| chunk.starts_with(|c: char| c.is_ascii_digit());
            let order = if digits(a) && digits(b) {
                a.len().cmp(&b.len()).then(a.cmp(b))
            } else {
                a.chars().cmp(b.chars())
            };
            if order.is_ne() {
                return order;
            }
        }
        left.len().cmp(&right.len())
    }

    #[test]
    fn documented_order_holds() {
        let ascending = [
            "!:",
            "#",
            "*%04",
            "0#",
            "5A",
            "111A",
            "2345_",
            "@",
            "@_",
            "A",
            "A9876fghj",
            "a12345hfh",
            "-2",
            "-1.5",
            "0",
            "01",
            "1",
            "2",
            "2.5",
            "3",
            "9007199254740992",
            "9007199254740993",
            "9223372036854775807",
            "1e19",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert!(key(pair[0]) < key(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn key_comparison_and_reference_agree_on_a_total_order() {
        let alphabet = [
            "0", "1", "9", "a", "B", "_", "/", ":", "-", ".", "e", "é", "\u{0}", "\u{1}", "\u{2}",
            "\u{3}", "💧",
        ];
        let mut random = Random(7);
        let long = "9".repeat(300);
        let mut samples: Vec<String> = vec![
            format!("{long}x"),
            format!("x{long}"),
            format!("x{}", &long[..254]),
            String::new(),
        ];
        for base in [i64::MAX, i64::MIN + 1, 1 << 53, -(1 << 53), 1 << 60] {
            samples.extend((0..4).map(|d: i64| base.saturating_sub(d * 300).to_string()));
            samples.push(format!("{}.0", base as f64));
        }
        for _ in 0..400 {
            let length = random.below(6);
            samples.push(
                (0..length)
                    .map(|_| alphabet[random.below(alphabet.len())])
                    .collect(),
            );
        }
        for left in &samples {
            for right in &samples {
                let order = reference(left, right);
                assert_eq!(compare(left, right), order, "{left:?} {right:?}");
                assert_eq!(key(left).cmp(&key(right)), order, "{left:?} {right:?}");
                assert_eq!(
                    order == Ordering::Equal,
                    left == right,
                    "{left:?} {right:?}"
                );
            }
        }
        samples.sort_by(|a, b| compare(a, b));
        for (index, left) in samples.iter().enumerate() {
            assert!(
                samples[index..]
                    .iter()
                    .all(|right| compare(left, right).is_le()),
                "{left:?}"
            );
        }
    }

    #[test]
    fn the_kernel_keeps_nulls_and_orders_typed_numbers_like_text() {
        let keys = |array: ArrayRef| {
            let rows = array.len();
            (SORT_KEY.invoke)(&Args {
                values: &[ColumnarValue::Array(array)],
                rows,
            })
            .expect("keys")
        };
        let texts = keys(Arc::new(StringViewArray::from(vec![
            Some("10"),
            None,
            Some("9"),
            Some("x"),
        ])));
        assert!(texts.is_null(1));
        let texts = texts.as_binary::<i64>();
        assert!(texts.value(3) < texts.value(2) && texts.value(2) < texts.value(0));
        let ints = keys(Arc::new(Int64Array::from(vec![
            Some(10),
            None,
            Some(9),
            Some(-1),
        ])));
        assert!(ints.is_null(1));
        let ints = ints.as_binary::<i64>();
        assert!(ints.value(3) < ints.value(2) && ints.value(2) < ints.value(0));
    }
}
