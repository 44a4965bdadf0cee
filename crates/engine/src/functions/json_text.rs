//! Where the JSON functions find the JSON text of their argument.

use arrow::array::{ArrayRef, AsArray, StringViewArray};
use arrow::datatypes::DataType;
use datafusion::common::Result;

use crate::types;
use crate::values;

/// The column as JSON text: containers as they are, text as it stands, the rest as it prints.
pub fn documents(array: &ArrayRef) -> Result<StringViewArray> {
    if *array.data_type() == types::LIST {
        let json = arrow::compute::cast(array, &DataType::Utf8View)?;
        return Ok(json.as_string_view().clone());
    }
    values::printed(array)
}
