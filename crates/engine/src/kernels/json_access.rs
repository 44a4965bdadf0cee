//! `j.key[0]`: steps into a JSON value (spec 7.4).
//!
//! Arguments: the value, then the steps as constants, a text for a key and an integer for an
//! index. Only JSON values can be entered; text that happens to hold JSON is a leaf (spec 8.4).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, LargeStringBuilder, new_null_array};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::ColumnarValue;
use flowgauge_format::json_scan::{self, Step};
use flowgauge_ql::pipeline::PathStep;

use crate::function::{Args, Scalar};
use crate::types;

/// `_json_access(value, step…)`
pub static JSON_ACCESS: Scalar = Scalar {
    name: "_json_access",
    returns: |_| types::JSON,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let value = args.array(0)?;
    if *value.data_type() != types::JSON {
        return Ok(new_null_array(&types::JSON, args.rows));
    }
    let steps: Vec<PathStep> = args.values[1..].iter().filter_map(step).collect();
    let values = value.as_string::<i64>();
    let mut out = LargeStringBuilder::new();
    for row in 0..args.rows {
        match values
            .is_valid(row)
            .then(|| access(values.value(row), &steps))
            .flatten()
        {
            Some(found) => out.append_value(found),
            None => out.append_null(),
        }
    }
    Ok(Arc::new(out.finish()))
}

fn step(value: &ColumnarValue) -> Option<PathStep> {
    match value {
        ColumnarValue::Scalar(ScalarValue::Int64(Some(index))) => {
            Some(PathStep::Index(u64::try_from(*index).ok()?))
        }
        ColumnarValue::Scalar(ScalarValue::Utf8View(Some(key))) => Some(PathStep::Key(key.clone())),
        _ => None,
    }
}

/// Follows the steps; a key of digits also enters a list. `null` is a missing value.
pub fn access(json: &str, steps: &[PathStep]) -> Option<String> {
    let mut value = json_scan::root(json)?;
    for step in steps {
        let inside = value.text;
        value = match step {
            PathStep::Index(index) => {
                json_scan::get(inside, &[Step::Index(usize::try_from(*index).ok()?)])?
            }
            PathStep::Key(key) => match json_scan::get(inside, &[Step::Key(key)]) {
                Some(found) => found,
                None => json_scan::get(inside, &[Step::Index(key.parse().ok()?)])?,
            },
        };
    }
    (value.kind != json_scan::Kind::Null).then(|| value.json_text().into_owned())
}

/// Whether the type can be entered.
pub fn is_json(data_type: &DataType) -> bool {
    *data_type == types::JSON
}
