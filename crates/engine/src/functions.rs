//! The scalar functions of the language, one file each, listed once in [`FUNCTIONS`].

use crate::function::Scalar;

/// Every scalar function, by canonical name in lower case.
pub static FUNCTIONS: &[&Scalar] = &[];
