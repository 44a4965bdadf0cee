//! `endsWith(s, suffix)` (spec 7.6).

use arrow::datatypes::DataType;

use super::text_column::test_texts_with;
use crate::function::Scalar;

/// `endsWith(s, suffix)`: whether the text ends with `suffix`, case-sensitive.
pub static ENDS_WITH: Scalar = Scalar {
    name: "endswith",
    returns: |_| DataType::Boolean,
    invoke: |args| {
        test_texts_with(args, str::to_owned, |text, suffix| {
            text.ends_with(suffix.as_str())
        })
    },
};
