//! The elements of a list, for `unnest` and `expand` (spec 5.14).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, LargeStringBuilder, ListBuilder};
use arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
use flowgauge_format::json_scan;

use crate::function::{Args, Scalar};
use crate::types;
use crate::values;

/// `_elements(list)`: a list of JSON values. A value that is no list is a list of itself; an empty
/// list gives no element; a missing value gives one missing element.
pub static ELEMENTS: Scalar = Scalar {
    name: "_elements",
    returns: |_| DataType::List(Arc::new(Field::new("item", types::JSON, true))),
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let array = args.array(0)?;
    // Text may hold a list too: discovered containers and extracted text do.
    let values = match array.data_type() {
        DataType::Utf8 => arrow::compute::cast(&array, &types::TEXT)?,
        DataType::LargeUtf8 => arrow::compute::cast(&array, &types::TEXT)?,
        _ => Arc::new(values::texts(&array)?),
    };
    let texts = values::texts(&values)?;
    let json = matches!(array.data_type(), DataType::Utf8 | DataType::LargeUtf8);
    let mut out = ListBuilder::new(LargeStringBuilder::new());
    for row in 0..args.rows {
        if texts.is_null(row) {
            out.values().append_null();
        } else {
            let text = texts.value(row);
            match json_scan::elements(text) {
                Some(elements) => {
                    for element in elements {
                        if element.kind == json_scan::Kind::Null {
                            out.values().append_null();
                        } else {
                            out.values().append_value(element.json_text());
                        }
                    }
                }
                None if json => out.values().append_value(text),
                None => out.values().append_value(json_scan::escape(text)),
            }
        }
        out.append(true);
    }
    Ok(Arc::new(out.finish()))
}
