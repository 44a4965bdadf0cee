//! Tests of columns of addresses: an address is parsed once for many rows.
//!
//! Addresses repeat within a batch, and to parse one costs several times as much as to find it among
//! those that were just seen.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, StringViewArray};
use arrow::buffer::BooleanBuffer;
use datafusion::common::Result;

use super::operand::Operand;
use super::text_column::test_texts_with;
use crate::codes;
use crate::function::Args;

/// Addresses that are remembered; a power of two.
const PLACES: usize = 1024;
/// Columns that are not worth it.
const SHORT: usize = 256;

/// A boolean column from a column of addresses; missing values stay missing.
pub fn test_addresses(values: &StringViewArray, test: impl Fn(&str) -> bool) -> ArrayRef {
    if values.len() < SHORT {
        return super::text_column::test_texts(values, test);
    }
    // No text has this code.
    let mut known = vec![u128::from(codes::RESERVED); PLACES];
    let mut results = [false; PLACES];
    let flags = BooleanBuffer::collect_bool(values.len(), |row| {
        // A missing row holds some text too; testing it is cheaper than asking.
        let Some(code) = codes::of_row(values, row) else {
            return test(values.value(row));
        };
        let place = place(code);
        if known[place] != code {
            known[place] = code;
            results[place] = test(values.value(row));
        }
        results[place]
    });
    Arc::new(BooleanArray::new(flags, values.nulls().cloned()))
}

/// [`test_addresses`] with a second argument, which is prepared once when it is constant. Missing
/// when either argument is.
pub fn test_addresses_with<T>(
    args: &Args,
    prepare: impl Fn(&str) -> T,
    test: impl Fn(&str, &T) -> bool,
) -> Result<ArrayRef> {
    if let Some(constant) = Operand::new(args, 1, &prepare)?.constant() {
        let values = args.texts(0)?;
        return Ok(test_addresses(&values, |value| test(value, constant)));
    }
    test_texts_with(args, prepare, test)
}

/// Where a text with that code is remembered.
#[inline(always)]
fn place(code: u128) -> usize {
    let mixed = (code as u64 ^ (code >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (u64::BITS - PLACES.trailing_zeros())) as usize
}
