//! Where the JSON functions find the JSON text of their argument.

use arrow::array::{ArrayRef, AsArray, StringViewArray};
use datafusion::common::Result;
use flowgauge_format::json_scan::Kind;
use flowgauge_format::json_scan::access::root;

use crate::types;
use crate::values;

/// The column as JSON text: containers as they are, text as it stands, the rest as it prints.
pub fn documents(array: &ArrayRef) -> Result<StringViewArray> {
    if *array.data_type() == types::LIST {
        let json = arrow::compute::cast(array, &types::TEXT)?;
        return Ok(json.as_string_view().clone());
    }
    values::printed(array)
}

/// The text of an object or array without the blanks around it.
pub fn container(text: &str) -> Option<&str> {
    // Most text that is no JSON is told by its first character, without a scan.
    if !text.trim_ascii_start().starts_with(['{', '[']) {
        return None;
    }
    let value = root(text)?;
    matches!(value.kind, Kind::Object | Kind::Array).then_some(value.text)
}
