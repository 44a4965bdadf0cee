//! `_fill_down(value)`: the last value up to each row that is not missing.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};

use super::{Running, Window};

/// `_fill_down(value)`, of the value's type.
pub(super) static FILL_DOWN: Window = Window {
    name: "_fill_down",
    returns: DataType::clone,
    start: || Box::new(FillDown { last: None }),
};

#[derive(Debug)]
struct FillDown {
    last: Option<ScalarValue>,
}

impl Running for FillDown {
    fn step(&mut self, column: &ArrayRef, row: usize) -> Result<ScalarValue> {
        if is_present(column, row) {
            self.last = Some(ScalarValue::try_from_array(column, row)?);
        }
        match &self.last {
            Some(last) => Ok(last.clone()),
            None => ScalarValue::try_from(column.data_type()),
        }
    }
}

/// Whether a value exists; JSON `null` is a missing value.
fn is_present(column: &ArrayRef, row: usize) -> bool {
    let null = *column.data_type() == DataType::LargeUtf8
        && column.is_valid(row)
        && column.as_string::<i64>().value(row) == "null";
    column.is_valid(row) && !null
}
