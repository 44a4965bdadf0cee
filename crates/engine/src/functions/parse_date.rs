//! `parseDate(text, pattern[, zone])` (spec 7.2).

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use datafusion::common::{Result, exec_err};
use flowgauge_event::java_date::Pattern;

use super::numeric::integer_type;
use super::times::constant_zone;
use crate::function::{Args, Scalar};

/// `parseDate(text, pattern[, zone])`: epoch milliseconds of a date written by a Java pattern.
pub static PARSE_DATE: Scalar = Scalar {
    name: "parsedate",
    returns: integer_type,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let Some(pattern) = args.constant_text(1) else {
        return exec_err!(
            "the pattern of parseDate must be a constant string such as `yyyy-MM-dd`"
        );
    };
    let pattern = match Pattern::compile(&pattern) {
        Ok(pattern) => pattern,
        Err(problem) => return exec_err!("`{pattern}` is no date pattern: {problem}"),
    };
    let zone = constant_zone(args, 2)?;
    let millis: Int64Array = args
        .texts(0)?
        .iter()
        .map(|text| pattern.read(text?, &zone))
        .collect();
    Ok(Arc::new(millis))
}
