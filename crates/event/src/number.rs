//! Insights numbers: 64-bit integers that survive exactly, floats for everything else.
//!
//! Discovered fields are text that converts on demand (language spec 4.2): an optional sign,
//! digits, an optional fraction and an optional exponent, with no white space around. Computed
//! floats print with at most four decimals (spec 9.2).

use std::cmp::Ordering;
use std::fmt;

/// A number as the language sees it.
#[derive(Debug, Clone, Copy)]
pub enum Number {
    /// An exact 64-bit integer.
    Int(i64),
    /// A finite float. Arithmetic that would give NaN or an infinity gives a missing value instead.
    Float(f64),
}

impl Number {
    /// Converts text the way a comparison does: the whole text must be a decimal number.
    /// Hexadecimal, `inf`, `nan`, surrounding blanks and empty text are no numbers.
    pub fn parse(text: &str) -> Option<Number> {
        Self::parse_bytes(text.as_bytes())
    }

    /// [`Number::parse`] for bytes, so that scanners need not check UTF-8 first.
    #[inline]
    pub fn parse_bytes(text: &[u8]) -> Option<Number> {
        let (negative, digits) = match text.first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if digits.is_empty() {
            return None;
        }
        // Up to 18 digits cannot overflow: the path that nearly every value takes.
        if digits.len() <= 18 {
            let mut value: i64 = 0;
            let mut integer = true;
            for &byte in digits {
                let digit = byte.wrapping_sub(b'0');
                if digit > 9 {
                    integer = false;
                    break;
                }
                value = value * 10 + i64::from(digit);
            }
            if integer {
                return Some(Number::Int(if negative { -value } else { value }));
            }
        }
        Self::parse_slow(text, digits)
    }

    #[cold]
    fn parse_slow(text: &[u8], digits: &[u8]) -> Option<Number> {
        let mut seen_digit = false;
        let mut rest = digits;
        while let [b'0'..=b'9', tail @ ..] = rest {
            seen_digit = true;
            rest = tail;
        }
        let integer = rest.is_empty();
        if let [b'.', tail @ ..] = rest {
            rest = tail;
            while let [b'0'..=b'9', tail @ ..] = rest {
                seen_digit = true;
                rest = tail;
            }
        }
        if !seen_digit {
            return None;
        }
        if let [b'e' | b'E', tail @ ..] = rest {
            rest = tail;
            if let [b'+' | b'-', tail @ ..] = rest {
                rest = tail;
            }
            if rest.is_empty() || !rest.iter().all(u8::is_ascii_digit) {
                return None;
            }
            rest = &[];
        }
        if !rest.is_empty() {
            return None;
        }
        let text = std::str::from_utf8(text).ok()?;
        if integer && let Ok(value) = text.parse::<i64>() {
            return Some(Number::Int(value));
        }
        Number::from_f64(text.parse::<f64>().ok()?)
    }

    /// A float as a number; NaN and infinities are missing values.
    pub fn from_f64(value: f64) -> Option<Number> {
        value.is_finite().then_some(Number::Float(value))
    }

    /// The nearest float.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Int(value) => value as f64,
            Number::Float(value) => value,
        }
    }

    /// The integer part, cut towards zero; `None` outside the 64-bit range.
    pub fn truncate(self) -> Option<i64> {
        match self {
            Number::Int(value) => Some(value),
            Number::Float(value) => {
                let cut = value.trunc();
                // 2^63 is the first float above i64::MAX; both bounds are exact floats.
                (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0)
                    .contains(&cut)
                    .then_some(cut as i64)
            }
        }
    }

    /// Total order by value; integers and floats compare exactly, not through rounding.
    #[inline]
    pub fn compare(self, other: Number) -> Ordering {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => a.cmp(&b),
            (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
            (Number::Int(a), Number::Float(b)) => compare_int_float(a, b),
            (Number::Float(a), Number::Int(b)) => compare_int_float(b, a).reverse(),
        }
    }
}

fn compare_int_float(int: i64, float: f64) -> Ordering {
    if float >= 9_223_372_036_854_775_808.0 {
        return Ordering::Less;
    }
    if float < -9_223_372_036_854_775_808.0 {
        return Ordering::Greater;
    }
    let whole = float.trunc();
    match int.cmp(&(whole as i64)) {
        Ordering::Equal if float > whole => Ordering::Less,
        Ordering::Equal if float < whole => Ordering::Greater,
        order => order,
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.compare(*other) == Ordering::Equal
    }
}

impl fmt::Display for Number {
    /// Integers in full; floats rounded half to even at the fourth decimal, trailing zeros
    /// dropped, plain decimal notation always.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Int(value) => write!(f, "{value}"),
            Number::Float(value) => {
                let text = format!("{:.4}", value);
                let text = text.trim_end_matches('0').trim_end_matches('.');
                f.write_str(if text == "-0" { "0" } else { text })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        Number::parse(text).map(|n| n.to_string())
    }

    #[test]
    fn text_converts_only_when_all_of_it_is_a_number() {
        for (text, printed) in [
            ("0", "0"),
            ("080", "80"),
            ("+7", "7"),
            ("-12.50", "-12.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e3", "1000"),
            ("123456789012", "123456789012"),
            ("9007199254740993", "9007199254740993"),
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
        ] {
            assert_eq!(parsed(text).as_deref(), Some(printed), "{text}");
        }
        for text in [
            "", "-", "+", ".", " 1", "1 ", "0x10", "inf", "nan", "1e", "1e+", "1.2.3", "--1",
            "1e999",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn floats_print_with_at_most_four_decimals() {
        for (value, printed) in [
            (27.65655, "27.6565"),
            (27.65656, "27.6566"),
            (82.96, "82.96"),
            (128.0, "128"),
            (-0.00001, "0"),
            (1e21, "1000000000000000000000"),
            (1.0 / 3.0, "0.3333"),
        ] {
            assert_eq!(Number::Float(value).to_string(), printed);
        }
    }

    #[test]
    fn integers_and_floats_compare_exactly() {
        let big = Number::Int(9_007_199_254_740_993);
        assert_eq!(
            big.compare(Number::Float(9_007_199_254_740_992.0)),
            Ordering::Greater
        );
        assert_eq!(Number::Int(2).compare(Number::Float(2.5)), Ordering::Less);
        assert_eq!(Number::Float(-2.5).compare(Number::Int(-2)), Ordering::Less);
        assert_eq!(Number::Int(80), Number::Float(80.0));
        assert_eq!(
            Number::Int(i64::MAX).compare(Number::Float(9.3e18)),
            Ordering::Less
        );
    }
}
