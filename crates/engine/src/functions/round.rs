//! `round(a[, digits])` (spec 7.1).
//!
//! Rounding is decimal: it works on the shortest decimal text of a float, so that `2.345` rounds
//! to `2.35` although the float lies a little below the tie.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use flowgauge_event::Number;

use super::numeric::{map_whole, whole_type};
use crate::function::{Args, Scalar};
use crate::types;
use crate::values::NumberBuilder;

/// `round(a[, digits])`: ties go away from zero; negative digits round to tens, hundreds, …
pub static ROUND: Scalar = Scalar {
    name: "round",
    returns: |arguments| match arguments {
        [value] => whole_type(std::slice::from_ref(value)),
        // An integer near the end of the range can round to a value beyond it.
        _ => types::number(),
    },
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    if args.len() == 1 {
        return map_whole(args, f64::round);
    }
    let (values, digits) = (args.numbers(0)?, args.numbers(1)?);
    let mut out = NumberBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        let digits = digits.get(row).and_then(Number::truncate);
        out.push(
            values
                .get(row)
                .zip(digits)
                .and_then(|(value, digits)| match value {
                    Number::Int(int) => round_integer(int, digits),
                    Number::Float(float) => Number::from_f64(round_float(float, digits)),
                }),
        );
    }
    Ok(out.finish())
}

fn round_integer(value: i64, digits: i64) -> Option<Number> {
    if digits >= 0 {
        return Some(Number::Int(value));
    }
    let power = match u32::try_from(digits.unsigned_abs()) {
        Ok(power @ ..=19) => power,
        _ => return Some(Number::Int(0)),
    };
    let step = 10i128.pow(power);
    let value = i128::from(value);
    let rounded = (value + value.signum() * step / 2) / step * step;
    match i64::try_from(rounded) {
        Ok(rounded) => Some(Number::Int(rounded)),
        Err(_) => Number::from_f64(rounded as f64),
    }
}

fn round_float(value: f64, digits: i64) -> f64 {
    // Scaling by up to 10^9 and values below 10^9 keep the error of the product far below the
    // distance to a tie that is demanded here, so the quick way gives the decimal result.
    if let Ok(power @ 0..=9) = i32::try_from(digits) {
        let scale = 10f64.powi(power);
        let scaled = value * scale;
        if scaled.abs() < 1e9 && (scaled.fract().abs() - 0.5).abs() > 1e-6 {
            return scaled.round() / scale;
        }
    }
    let digits = digits.clamp(-400, 400);
    let shifted = |value: f64, by: i64| format!("{value}e{by}").parse::<f64>();
    match shifted(value, digits) {
        Ok(scaled) if scaled.is_finite() => shifted(scaled.round(), -digits).unwrap_or(value),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_round_by_their_decimal_text() {
        for (value, digits, rounded) in [
            (2.345, 2, 2.35),
            (-2.345, 2, -2.35),
            (1.005, 2, 1.01),
            (1.0049, 2, 1.0),
            (0.5, 0, 1.0),
            (0.15, 1, 0.2),
            (1234.5, -2, 1200.0),
            (1250.0, -2, 1300.0),
            (49.9, -2, 0.0),
            (1e300, 5, 1e300),
            (1.5, 1000, 1.5),
            (1.5, -1000, 0.0),
            (123456789.12345, 4, 123456789.1235),
        ] {
            assert_eq!(round_float(value, digits), rounded, "{value} to {digits}");
        }
    }

    #[test]
    fn integers_round_exactly() {
        for (value, digits, rounded) in [
            (1250, -2, "1300"),
            (-1250, -2, "-1300"),
            (1249, -2, "1200"),
            (7, 3, "7"),
            (9_007_199_254_740_993, -1, "9007199254740990"),
            (i64::MAX, -1, "9223372036854775808"),
            (i64::MIN, -19, "-10000000000000000000"),
            (i64::MAX, -20, "0"),
            (1, i64::MIN, "0"),
        ] {
            let printed = round_integer(value, digits).map(|number| number.to_string());
            assert_eq!(printed.as_deref(), Some(rounded), "{value} to {digits}");
        }
    }
}
