//! `like`, `=~`: substring and regular expression search. False for missing values.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanBuilder, StringViewArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use memchr::memmem;

use crate::function::{Args, Scalar};
use crate::functions::regex_cache::compiled;

/// `_contains(value, text)`
pub static CONTAINS: Scalar = Scalar {
    name: "_contains",
    returns: |_| DataType::Boolean,
    invoke: contains,
};
/// `_matches(value, regex)`
pub static MATCHES: Scalar = Scalar {
    name: "_matches",
    returns: |_| DataType::Boolean,
    invoke: matches,
};

fn contains(args: &Args) -> Result<ArrayRef> {
    let Some(text) = args.constant_text(1) else {
        return internal_err!("_contains needs a constant text");
    };
    let finder = memmem::Finder::new(text.as_bytes());
    let values = args.texts(0)?;
    Ok(search(&values, |value| {
        finder.find(value.as_bytes()).is_some()
    }))
}

fn matches(args: &Args) -> Result<ArrayRef> {
    let Some(pattern) = args.constant_text(1) else {
        return internal_err!("_matches needs a constant expression");
    };
    let regex = compiled(&pattern)?;
    let values = args.texts(0)?;
    Ok(search(&values, |value| regex.is_match(value)))
}

fn search(values: &StringViewArray, found: impl Fn(&str) -> bool) -> ArrayRef {
    let mut out = BooleanBuilder::with_capacity(values.len());
    for row in 0..values.len() {
        out.append_value(values.is_valid(row) && found(values.value(row)));
    }
    Arc::new(out.finish())
}
