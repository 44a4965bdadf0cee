//! `startsWith(s, prefix)` (spec 7.6).

use arrow::datatypes::DataType;

use super::text_column::test_texts_with;
use crate::function::Scalar;

/// `startsWith(s, prefix)`: whether the text begins with `prefix`, case-sensitive.
pub static STARTS_WITH: Scalar = Scalar {
    name: "startswith",
    returns: |_| DataType::Boolean,
    invoke: |args| {
        test_texts_with(args, str::to_owned, |text, prefix| {
            text.starts_with(prefix.as_str())
        })
    },
};
