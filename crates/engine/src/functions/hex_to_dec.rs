//! `hexToDec(s)` (spec 7.6).

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use crate::function::{Args, Scalar};

/// `hexToDec(s)`: the number written in hexadecimal, with or without `0x`, in any case; a minus
/// may stand in front, as `decToHex` writes it. What does not fit an integer of 64 bits is missing.
pub static HEX_TO_DEC: Scalar = Scalar {
    name: "hextodec",
    returns: |_| DataType::Int64,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let numbers: Int64Array = args.texts(0)?.iter().map(|text| decoded(text?)).collect();
    Ok(Arc::new(numbers))
}

fn decoded(text: &str) -> Option<i64> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let prefixed = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X"));
    let digits = prefixed.unwrap_or(rest);
    // The standard library would take a second sign.
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    let magnitude = i128::from_str_radix(digits, 16).ok()?;
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}
