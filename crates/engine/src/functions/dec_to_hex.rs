//! `decToHex(n)` (spec 7.6).

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use datafusion::common::Result;
use flowgauge_event::Number;

use crate::function::{Args, Scalar};
use crate::types;

/// `decToHex(n)`: the number in lower-case hexadecimal with `0x`, negative ones with `-0x`; the
/// fraction is cut off.
pub static DEC_TO_HEX: Scalar = Scalar {
    name: "dectohex",
    returns: |_| types::TEXT,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let numbers = args.numbers(0)?;
    let mut out = StringViewBuilder::with_capacity(numbers.len());
    let mut text = String::new();
    for row in 0..numbers.len() {
        let Some(number) = numbers.get(row).and_then(Number::truncate) else {
            out.append_null();
            continue;
        };
        text.clear();
        let sign = if number < 0 { "-" } else { "" };
        write!(text, "{sign}{:#x}", number.unsigned_abs())?;
        out.append_value(&text);
    }
    Ok(Arc::new(out.finish()))
}
