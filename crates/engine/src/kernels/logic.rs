//! Truth and print form as functions, for places where a plan needs them.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array, StringViewBuilder};
use arrow::datatypes::DataType;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use datafusion::common::Result;
use flowgauge_event::Number;

use crate::function::{Args, Scalar};
use crate::types;
use crate::values::{self, NumberBuilder};

/// `_truth(a)`: the two-valued truth of any value (spec 4.4).
pub static TRUTH: Scalar = Scalar {
    name: "_truth",
    returns: |_| DataType::Boolean,
    invoke: |args| Ok(Arc::new(args.truth(0)?)),
};

/// `_printed(a)`: the text that a result shows, containers included.
pub static PRINTED: Scalar = Scalar {
    name: "_printed",
    returns: |_| types::TEXT,
    invoke: |args| Ok(Arc::new(values::printed(&args.array(0)?)?)),
};

/// `_text(a)`: the text that string functions see; containers are missing.
pub static TEXT: Scalar = Scalar {
    name: "_text",
    returns: |_| types::TEXT,
    invoke: |args| Ok(Arc::new(args.texts(0)?)),
};

/// `_shown(a)`: a number as the result shows it, with four decimals; of its own type.
pub static SHOWN: Scalar = Scalar {
    name: "_shown",
    returns: |types| types[0].clone(),
    invoke: shown,
};

fn shown(args: &Args) -> Result<ArrayRef> {
    let array = args.array(0)?;
    let numbers = values::numbers(&array)?;
    let mut text = String::new();
    let mut rounded = |row: usize| match numbers.get(row)? {
        Number::Float(value) => {
            text.clear();
            // Writing to a string cannot fail.
            let _ = write!(text, "{}", Number::Float(value));
            Number::parse(&text)
        }
        number => Some(number),
    };
    if *array.data_type() == DataType::Float64 {
        let floats: Float64Array = (0..args.rows)
            .map(|row| rounded(row).map(Number::as_f64))
            .collect();
        return Ok(Arc::new(floats));
    }
    let mut out = NumberBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        out.push(rounded(row));
    }
    Ok(out.finish())
}

/// `_to_float(a)`: the nearest float of a number.
pub static TO_FLOAT: Scalar = Scalar {
    name: "_to_float",
    returns: |_| DataType::Float64,
    invoke: to_float,
};

fn to_float(args: &Args) -> Result<ArrayRef> {
    let numbers = args.numbers(0)?;
    let floats: Float64Array = (0..args.rows)
        .map(|row| numbers.get(row).map(Number::as_f64))
        .collect();
    Ok(Arc::new(floats))
}

/// `_pointer(log, position)`: an opaque pointer to an event (`@ptr`, spec 9.4).
pub static POINTER: Scalar = Scalar {
    name: "_pointer",
    returns: |_| types::TEXT,
    invoke: pointer,
};

fn pointer(args: &Args) -> Result<ArrayRef> {
    let (logs, positions) = (args.texts(0)?, args.numbers(1)?);
    let mut out = StringViewBuilder::with_capacity(args.rows);
    for row in 0..args.rows {
        match positions.get(row) {
            Some(position) => {
                let log = if logs.is_valid(row) {
                    logs.value(row)
                } else {
                    ""
                };
                out.append_value(BASE64.encode(format!("{position}:{log}")));
            }
            None => out.append_null(),
        }
    }
    Ok(Arc::new(out.finish()))
}
