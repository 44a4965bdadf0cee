//! Compiled regular expressions, kept for the process.
//!
//! Plans carry the text of an expression, so that they stay serialisable; compiling happens once
//! a process, not once a batch.

use std::sync::{LazyLock, Mutex, PoisonError};

use datafusion::common::{Result, exec_err};
use regex::Regex;

/// How many expressions are kept; a query rarely has more than a few.
const KEPT: usize = 64;

static CACHE: LazyLock<Mutex<Vec<(String, Regex)>>> = LazyLock::new(Mutex::default);

/// The compiled expression, by the language's rules (spec 2.8).
pub fn compiled(pattern: &str) -> Result<Regex> {
    // A panic elsewhere cannot leave the list half-written.
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, regex)) = cache.iter().find(|(known, _)| known == pattern) {
        return Ok(regex.clone());
    }
    match flowgauge_ql::regexes::compile(pattern) {
        Ok(regex) => {
            if cache.len() >= KEPT {
                cache.remove(0);
            }
            cache.push((pattern.to_owned(), regex.clone()));
            Ok(regex)
        }
        Err(error) => exec_err!("the regular expression {pattern} cannot be used: {error}"),
    }
}
