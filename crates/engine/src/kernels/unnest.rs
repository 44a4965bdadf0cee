//! The elements of a list, for `unnest` and `expand` (spec 5.14).

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, LargeStringBuilder, ListArray, ListBuilder, StringArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::Result;
use flowgauge_format::json_scan;

use crate::function::{Args, Scalar};
use crate::functions::json_text::container;
use crate::types;
use crate::values;

/// `_elements(list)`: a list of JSON values, or of numbers or times where there can be no list. A value that is no list is a list of itself; an empty
/// list gives no element; a missing value gives one missing element.
pub static ELEMENTS: Scalar = Scalar {
    name: "_elements",
    returns: |types| list_of(element_type(&types[0])),
    invoke,
};

/// `_ordinals(list)`: for each list the numbers of its elements, from 0.
pub static ORDINALS: Scalar = Scalar {
    name: "_ordinals",
    returns: |_| list_of(DataType::Int64),
    invoke: ordinals,
};

/// `_list_of_one(value)`: what `values()` gives for a single value.
pub static LIST_OF_ONE: Scalar = Scalar {
    name: "_list_of_one",
    returns: |_| types::LIST,
    invoke: list_of_one,
};

fn list_of_one(args: &Args) -> Result<ArrayRef> {
    let texts = args.texts(0)?;
    let lists: StringArray = texts
        .iter()
        .map(|text| text.map(|text| format!("[{}]", json_scan::escape(text))))
        .collect();
    Ok(Arc::new(lists))
}

fn list_of(element: DataType) -> DataType {
    DataType::List(item(element))
}

fn item(element: DataType) -> FieldRef {
    Arc::new(Field::new("item", element, true))
}

fn element_type(list: &DataType) -> DataType {
    match list {
        DataType::Utf8View | DataType::LargeUtf8 | DataType::Utf8 | DataType::Null => types::JSON,
        scalar => scalar.clone(),
    }
}

fn ordinals(args: &Args) -> Result<ArrayRef> {
    let lists = args.array(0)?;
    let lengths: Vec<usize> = lists
        .as_list::<i32>()
        .iter()
        .map(|list| list.map_or(0, |list| list.len()))
        .collect();
    let numbers = Int64Array::from_iter_values(lengths.iter().flat_map(|&length| 0..length as i64));
    Ok(Arc::new(ListArray::try_new(
        item(DataType::Int64),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(numbers),
        None,
    )?))
}

fn invoke(args: &Args) -> Result<ArrayRef> {
    let array = args.array(0)?;
    let element = element_type(array.data_type());
    if element != types::JSON {
        let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(1, array.len()));
        return Ok(Arc::new(ListArray::try_new(
            item(element),
            offsets,
            array,
            None,
        )?));
    }
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
            // A string inside a structure is text like any other, and may hold a list.
            let inner = match text.starts_with('"') && json {
                true => values::json_text(text, false),
                false => None,
            };
            match json_scan::elements(inner.as_deref().unwrap_or(text)) {
                Some(elements) => {
                    for element in elements {
                        if element.kind == json_scan::Kind::Null {
                            out.values().append_null();
                        } else {
                            out.values().append_value(element.json_text());
                        }
                    }
                }
                // A discovered map is text like a discovered list, and one element.
                None => match container(inner.as_deref().unwrap_or(text)) {
                    Some(map) => out.values().append_value(map),
                    None if json => out.values().append_value(text),
                    None => out.values().append_value(json_scan::escape(text)),
                },
            }
        }
        out.append(true);
    }
    Ok(Arc::new(out.finish()))
}
