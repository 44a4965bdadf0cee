//! `jsonArrayContains(f, v)` (spec 7.4).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanBuilder};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;
use flowgauge_format::json_scan::Kind;
use flowgauge_format::json_scan::access::{JsonValue, elements};

use super::json_text::documents;
use crate::function::{Args, Scalar};
use crate::values::presence;

/// `jsonArrayContains(f, v)`: whether an element equals the value. String elements compare by
/// text, numbers and booleans by value; `null` and containers equal nothing.
pub static JSON_ARRAY_CONTAINS: Scalar = Scalar {
    name: "jsonarraycontains",
    returns: |_| DataType::Boolean,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let value = args.array(0)?;
    let present = presence(&value)?;
    let lists = documents(&value)?;
    let (texts, numbers) = (args.texts(1)?, args.numbers(1)?);
    let mut out = BooleanBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        if !present.value(row) {
            out.append_null();
            continue;
        }
        let wanted = texts.is_valid(row).then(|| texts.value(row));
        let number = numbers.get(row);
        // A scalar of a JSON column that is no array has no document either.
        let elements = lists
            .is_valid(row)
            .then(|| elements(lists.value(row)))
            .flatten();
        out.append_value(
            elements
                .iter()
                .flatten()
                .any(|element| equals(element, wanted, number)),
        );
    }
    Ok(Arc::new(out.finish()))
}

fn equals(element: &JsonValue<'_>, text: Option<&str>, number: Option<Number>) -> bool {
    match element.kind {
        Kind::String { .. } => text.is_some() && element.field_text().as_deref() == text,
        Kind::Number => {
            let value = Number::parse(element.text);
            value.is_some() && value == number
        }
        Kind::True => number == Some(Number::Int(1)),
        Kind::False => number == Some(Number::Int(0)),
        Kind::Null | Kind::Object | Kind::Array => false,
    }
}
