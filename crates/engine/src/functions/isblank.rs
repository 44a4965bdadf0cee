//! `isblank(s)` (spec 7.6).

use arrow::datatypes::DataType;

use super::blank::missing_or;
use crate::function::Scalar;

/// `isblank(s)`: whether the value is missing, empty or only white space.
pub static ISBLANK: Scalar = Scalar {
    name: "isblank",
    returns: |_| DataType::Boolean,
    invoke: |args| missing_or(args, |text| text.trim().is_empty()),
};
