//! `like`, `=~`: substring and regular expression search. False for missing values.

use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock, Mutex};

use arrow::array::{Array, ArrayRef, BooleanBuilder, StringViewArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, internal_err};
use memchr::memmem;
use regex::Regex;

use crate::function::{Args, Scalar};

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

/// How many compiled expressions are kept; a query rarely has more than a few.
const KEPT: NonZeroUsize = NonZeroUsize::new(64).expect("64 is not zero");

static CACHE: LazyLock<Mutex<Vec<(String, Regex)>>> = LazyLock::new(Mutex::default);

/// The compiled expression. Plans carry the text, so that they stay serialisable; compiling
/// happens once a process, not once a batch.
pub fn compiled(pattern: &str) -> Result<Regex> {
    let mut cache = match CACHE.lock() {
        Ok(cache) => cache,
        // A panic elsewhere cannot leave the list half-written in a way that matters.
        Err(poisoned) => poisoned.into_inner(),
    };
    if let Some((_, regex)) = cache.iter().find(|(known, _)| known == pattern) {
        return Ok(regex.clone());
    }
    match flowgauge_ql::regexes::compile(pattern) {
        Ok(regex) => {
            if cache.len() >= KEPT.get() {
                cache.remove(0);
            }
            cache.push((pattern.to_owned(), regex.clone()));
            Ok(regex)
        }
        Err(error) => exec_err!("the regular expression {pattern} cannot be used: {error}"),
    }
}
