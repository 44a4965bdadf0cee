//! `strcontains(s, find[, ignoreCase])` (spec 7.6).

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use memchr::memmem::Finder;

use super::operand::Operand;
use super::text_column::test_texts_with;
use crate::function::{Args, Scalar};

/// `strcontains(s, find[, ignoreCase])`: whether the text holds `find`.
pub static STRCONTAINS: Scalar = Scalar {
    name: "strcontains",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let exact = |text: &str| Finder::new(text).into_owned();
    if args.len() < 3 {
        return test_texts_with(args, exact, |text, find| {
            find.find(text.as_bytes()).is_some()
        });
    }
    let ignore_case = args.truth(2)?;
    let values = args.texts(0)?;
    let exact = Operand::new(args, 1, exact)?;
    let folded = Operand::new(args, 1, |text| {
        Finder::new(&text.to_lowercase()).into_owned()
    })?;
    let mut lower = Vec::new();
    let flags: BooleanArray = values
        .iter()
        .enumerate()
        .map(|(row, text)| {
            let text = text?;
            if !ignore_case.value(row) {
                return exact.with(row, |find| find.find(text.as_bytes()).is_some());
            }
            lower.clear();
            if text.is_ascii() {
                lower.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
            } else {
                lower.extend_from_slice(text.to_lowercase().as_bytes());
            }
            folded.with(row, |find| find.find(&lower).is_some())
        })
        .collect();
    Ok(Arc::new(flags))
}
