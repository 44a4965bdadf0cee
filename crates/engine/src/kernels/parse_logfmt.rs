//! `parse f logfmt as x`: the pairs of a line as a map (spec 5.5).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, LargeStringBuilder};
use datafusion::common::Result;
use flowgauge_format::{json_scan, logfmt};

use crate::function::{Args, Scalar};
use crate::types;

/// `_parse_logfmt(value)`: a JSON object of strings; missing when the text holds no pair. Of equal
/// keys the last one counts.
pub static PARSE_LOGFMT: Scalar = Scalar {
    name: "_parse_logfmt",
    returns: |_| types::JSON,
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let values = args.texts(0)?;
    let mut out = LargeStringBuilder::new();
    for row in 0..args.rows {
        match values
            .is_valid(row)
            .then(|| to_json(values.value(row)))
            .flatten()
        {
            Some(json) => out.append_value(json),
            None => out.append_null(),
        }
    }
    Ok(Arc::new(out.finish()))
}

fn to_json(text: &str) -> Option<String> {
    let pairs: Vec<_> = logfmt::parse_pairs(text).collect();
    let mut json = String::from("{");
    for (index, (key, value)) in pairs.iter().enumerate() {
        if pairs[index + 1..].iter().any(|(later, _)| later == key) {
            continue;
        }
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&json_scan::escape(key));
        json.push(':');
        json.push_str(&json_scan::escape(value));
    }
    json.push('}');
    (json.len() > 2).then_some(json)
}
