//! `isempty(s)` (spec 7.6).

use arrow::datatypes::DataType;

use super::blank::missing_or;
use crate::function::Scalar;

/// `isempty(s)`: whether the value is missing or empty text.
pub static ISEMPTY: Scalar = Scalar {
    name: "isempty",
    returns: |_| DataType::Boolean,
    invoke: |args| missing_or(args, str::is_empty),
};
