//! `split(s, delimiter)` (spec 7.6).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, LargeStringBuilder};
use datafusion::common::{DataFusionError, Result};
use memchr::memmem::Finder;

use super::operand::Operand;
use crate::function::{Args, Scalar};
use crate::types;

/// `split(s, delimiter)`: the list of the parts between the delimiters, taken literally. An empty
/// delimiter gives the whole text as the only part.
pub static SPLIT: Scalar = Scalar {
    name: "split",
    returns: |_| types::JSON,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let values = args.texts(0)?;
    let delimiter = Operand::new(args, 1, |text| Finder::new(text).into_owned())?;
    let mut out = LargeStringBuilder::with_capacity(values.len(), 0);
    for row in 0..values.len() {
        let list = match values.is_valid(row) {
            true => delimiter.with(row, |delimiter| list(values.value(row), delimiter)),
            false => None,
        };
        out.append_option(list.transpose()?);
    }
    Ok(Arc::new(out.finish()))
}

/// The JSON text of the list.
fn list(text: &str, delimiter: &Finder<'_>) -> Result<String> {
    let length = delimiter.needle().len();
    let mut parts = Vec::new();
    let mut start = 0;
    if length > 0 {
        for found in delimiter.find_iter(text.as_bytes()) {
            // The delimiter is a whole text, so it begins and ends between characters.
            parts.push(&text[start..found]);
            start = found + length;
        }
    }
    parts.push(&text[start..]);
    serde_json::to_string(&parts).map_err(|error| DataFusionError::External(Box::new(error)))
}
