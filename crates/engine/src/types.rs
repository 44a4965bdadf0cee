//! How the language's kinds are laid out as Arrow types.
//!
//! Every kind has one physical type, so a kernel knows what it holds from the type alone:
//!
//! | kind | Arrow type |
//! |---|---|
//! | text that converts on demand | `Utf8View` |
//! | integer known before the query runs | `Int64` |
//! | float known before the query runs | `Float64` |
//! | number, integer or float row by row | `Struct { int: Int64, float: Float64 }`, at most one of them set |
//! | boolean | `Boolean` |
//! | time | `Timestamp(Millisecond)` without zone, UTC |
//! | JSON value (a map, a list, or an element of one) | `LargeUtf8` holding JSON text |
//! | result of `values()` | `Utf8` holding a JSON array of strings; prints comma-separated |
//!
//! A null is a missing value, everywhere.

use std::sync::LazyLock;

use arrow::datatypes::{DataType, Field, Fields, TimeUnit};

/// Text.
pub const TEXT: DataType = DataType::Utf8View;
/// A JSON value.
pub const JSON: DataType = DataType::LargeUtf8;
/// The result of `values()`.
pub const LIST: DataType = DataType::Utf8;
/// A time.
pub const TIME: DataType = DataType::Timestamp(TimeUnit::Millisecond, None);

/// Children of the number struct: `int`, `float`.
pub static NUMBER_FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        Field::new("int", DataType::Int64, true),
        Field::new("float", DataType::Float64, true),
    ])
});

/// A number that is an integer or a float row by row.
pub fn number() -> DataType {
    DataType::Struct(NUMBER_FIELDS.clone())
}

/// Whether values of the type are numbers without conversion.
pub fn is_numeric(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Int64 | DataType::Float64 | DataType::Struct(_)
    )
}

/// Whether values of the type can be maps or lists.
fn is_container(data_type: &DataType) -> bool {
    *data_type == JSON || *data_type == LIST
}

/// The type of a value that comes from either of two expressions (`if`, `case`, `coalesce`).
pub fn unify(left: &DataType, right: &DataType) -> DataType {
    let as_number = |t: &DataType| is_numeric(t) || *t == DataType::Boolean;
    if left == right || *right == DataType::Null {
        left.clone()
    } else if *left == DataType::Null {
        right.clone()
    } else if as_number(left) && as_number(right) {
        number()
    } else if is_container(left) || is_container(right) {
        JSON
    } else {
        TEXT
    }
}
