//! Conversions between the kinds, column by column (language spec 4.2 and 4.4).
//!
//! Kernels take whatever type their argument has and ask this module for the view they need:
//! [`texts`] for string functions, [`numbers`] for arithmetic, [`truth`] for conditions, [`times`]
//! for date functions. A container (map or list) has no text, no number and no time; it only
//! prints ([`printed`]).

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, BooleanBuilder, Float64Array, Float64Builder,
    Int64Array, Int64Builder, LargeStringBuilder, StringViewArray, StringViewBuilder, StructArray,
    new_null_array,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimestampMillisecondType};
use datafusion::common::{Result, internal_err};
use flowgauge_event::{Number, format_timestamp};
use flowgauge_format::json_scan;

use crate::types::{self, NUMBER_FIELDS, TEXT, is_numeric};

/// A column of numbers.
#[derive(Debug, Clone)]
pub enum Numbers {
    /// Integers only.
    Int(Int64Array),
    /// Floats only.
    Float(Float64Array),
    /// Either, row by row.
    Mixed(Int64Array, Float64Array),
    /// Text that converts row by row, without a column in between.
    Text(StringViewArray),
}

impl Numbers {
    /// The number of a row.
    #[inline]
    pub fn get(&self, row: usize) -> Option<Number> {
        match self {
            Numbers::Int(values) => values.is_valid(row).then(|| Number::Int(values.value(row))),
            Numbers::Float(values) => values
                .is_valid(row)
                .then(|| Number::Float(values.value(row))),
            Numbers::Mixed(ints, floats) => {
                if ints.is_valid(row) {
                    Some(Number::Int(ints.value(row)))
                } else if floats.is_valid(row) {
                    Some(Number::Float(floats.value(row)))
                } else {
                    None
                }
            }
            Numbers::Text(values) => {
                if values.is_valid(row) {
                    Number::parse_bytes(values.value(row).as_bytes())
                } else {
                    None
                }
            }
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Numbers::Int(values) => values.len(),
            Numbers::Float(values) | Numbers::Mixed(_, values) => values.len(),
            Numbers::Text(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Builds a number column. Whole floats up to 2^53 become integers, so that equal numbers have
/// one representation and group together.
#[derive(Debug, Default)]
pub struct NumberBuilder {
    ints: Int64Builder,
    floats: Float64Builder,
    valid: Vec<bool>,
}

impl NumberBuilder {
    /// A builder with room for `capacity` rows.
    pub fn with_capacity(capacity: usize) -> NumberBuilder {
        NumberBuilder {
            ints: Int64Builder::with_capacity(capacity),
            floats: Float64Builder::with_capacity(capacity),
            valid: Vec::with_capacity(capacity),
        }
    }

    /// Appends a row.
    pub fn push(&mut self, value: Option<Number>) {
        self.valid.push(value.is_some());
        match value.and_then(canonical) {
            Some(Number::Int(int)) => {
                self.ints.append_value(int);
                self.floats.append_null();
            }
            Some(Number::Float(float)) => {
                self.ints.append_null();
                self.floats.append_value(float);
            }
            None => {
                if let Some(valid) = self.valid.last_mut() {
                    *valid = false;
                }
                self.ints.append_null();
                self.floats.append_null();
            }
        }
    }

    /// The column.
    pub fn finish(mut self) -> ArrayRef {
        let children: Vec<ArrayRef> =
            vec![Arc::new(self.ints.finish()), Arc::new(self.floats.finish())];
        Arc::new(StructArray::new(
            NUMBER_FIELDS.clone(),
            children,
            Some(NullBuffer::from(self.valid)),
        ))
    }
}

/// A column of numbers as they were read: integers, and in some of the rows without one a float.
pub fn number_column(ints: Int64Array, floats: &[(usize, f64)]) -> ArrayRef {
    let rows = ints.len();
    let (floats, valid) = if floats.is_empty() {
        (Float64Array::new_null(rows), ints.nulls().cloned())
    } else {
        let mut column = vec![None; rows];
        for &(row, float) in floats {
            column[row] = Some(float);
        }
        let valid = (0..rows).map(|row| ints.is_valid(row) || column[row].is_some());
        let valid = valid.collect::<NullBuffer>();
        (Float64Array::from(column), Some(valid))
    };
    let children: Vec<ArrayRef> = vec![Arc::new(ints), Arc::new(floats)];
    Arc::new(StructArray::new(NUMBER_FIELDS.clone(), children, valid))
}

/// The one representation of a number; `None` for NaN and infinities.
pub fn canonical(number: Number) -> Option<Number> {
    match number {
        Number::Int(_) => Some(number),
        Number::Float(value) if !value.is_finite() => None,
        Number::Float(value) if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 => {
            Some(Number::Int(value as i64))
        }
        Number::Float(_) => Some(number),
    }
}

/// The column as numbers; what does not convert is missing. Booleans are 1 and 0, times are
/// milliseconds.
pub fn numbers(array: &ArrayRef) -> Result<Numbers> {
    Ok(match array.data_type() {
        DataType::Int64 => Numbers::Int(array.as_primitive::<Int64Type>().clone()),
        DataType::Float64 => Numbers::Float(array.as_primitive::<Float64Type>().clone()),
        DataType::Struct(_) => {
            let parts = array.as_struct();
            let ints = parts.column(0).as_primitive::<Int64Type>().clone();
            let floats = parts.column(1).as_primitive::<Float64Type>();
            // So nearly always where a field of the logs is known to hold integers.
            if floats.null_count() == floats.len() {
                return Ok(Numbers::Int(ints));
            }
            Numbers::Mixed(ints, floats.clone())
        }
        DataType::Boolean => Numbers::Int(
            array
                .as_boolean()
                .iter()
                .map(|flag| flag.map(i64::from))
                .collect(),
        ),
        DataType::Timestamp(_, _) => {
            let values = array.as_primitive::<TimestampMillisecondType>();
            Numbers::Int(Int64Array::new(
                values.values().clone(),
                values.nulls().cloned(),
            ))
        }
        DataType::Null => Numbers::Int(Int64Array::new_null(array.len())),
        _ => Numbers::Text(texts(array)?),
    })
}

/// The column as text: the printed form of scalars; containers are missing.
pub fn texts(array: &ArrayRef) -> Result<StringViewArray> {
    text_column(array, false)
}

/// The column as it prints in a result; containers print as JSON, `values()` comma-separated.
pub fn printed(array: &ArrayRef) -> Result<StringViewArray> {
    text_column(array, true)
}

fn text_column(array: &ArrayRef, containers: bool) -> Result<StringViewArray> {
    if *array.data_type() == TEXT {
        return Ok(array.as_string_view().clone());
    }
    let mut builder = StringViewBuilder::with_capacity(array.len());
    if is_numeric(array.data_type()) {
        let numbers = numbers(array)?;
        let mut text = String::new();
        for row in 0..numbers.len() {
            let Some(number) = numbers.get(row) else {
                builder.append_null();
                continue;
            };
            text.clear();
            // Writing to a string cannot fail.
            let _ = write!(text, "{number}");
            builder.append_value(&text);
        }
        return Ok(builder.finish());
    }
    for row in 0..array.len() {
        match cell_text(array, row, containers)? {
            Some(text) => builder.append_value(text),
            None => builder.append_null(),
        }
    }
    Ok(builder.finish())
}

/// The text of one cell; see [`texts`] and [`printed`].
fn cell_text(array: &ArrayRef, row: usize, containers: bool) -> Result<Option<Cow<'_, str>>> {
    if array.is_null(row) {
        return Ok(None);
    }
    Ok(match array.data_type() {
        DataType::Utf8View => Some(Cow::Borrowed(array.as_string_view().value(row))),
        DataType::LargeUtf8 => json_text(array.as_string::<i64>().value(row), containers),
        DataType::Utf8 if containers => Some(Cow::Owned(
            list_items(array.as_string::<i32>().value(row)).join(","),
        )),
        DataType::Utf8 => None,
        DataType::Boolean => Some(Cow::Borrowed(if array.as_boolean().value(row) {
            "1"
        } else {
            "0"
        })),
        DataType::Timestamp(_, _) => Some(Cow::Owned(format_timestamp(
            array.as_primitive::<TimestampMillisecondType>().value(row),
        ))),
        DataType::Null => None,
        _ => numbers(&array.slice(row, 1))?
            .get(0)
            .map(|number| Cow::Owned(number.to_string())),
    })
}

/// The text of a JSON value: scalars decoded (booleans `1` and `0`), null missing, containers as
/// they are or missing.
pub fn json_text(json: &str, containers: bool) -> Option<Cow<'_, str>> {
    match json.as_bytes().first()? {
        b'{' | b'[' => containers.then_some(Cow::Borrowed(json)),
        b'"' => serde_json::from_str::<String>(json).ok().map(Cow::Owned),
        b't' => Some(Cow::Borrowed("1")),
        b'f' => Some(Cow::Borrowed("0")),
        b'n' => None,
        _ => Some(Cow::Borrowed(json)),
    }
}

/// The strings of a `values()` result.
pub fn list_items(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_default()
}

/// The column as truth values (spec 4.4); never null.
pub fn truth(array: &ArrayRef) -> Result<BooleanArray> {
    match array.data_type() {
        DataType::Boolean => {
            let flags = array.as_boolean();
            if flags.null_count() == 0 {
                return Ok(flags.clone());
            }
            Ok(flags
                .iter()
                .map(|flag| Some(flag.unwrap_or(false)))
                .collect())
        }
        DataType::Utf8View => {
            let values = array.as_string_view();
            Ok(values
                .iter()
                .map(|text| Some(text.is_some_and(is_true_text)))
                .collect())
        }
        // A list is something, whatever it holds.
        DataType::Utf8 => presence(array),
        DataType::LargeUtf8 => {
            let mut flags = BooleanBuilder::with_capacity(array.len());
            for row in 0..array.len() {
                flags.append_value(
                    cell_text(array, row, true)?.is_some_and(|text| is_true_text(&text)),
                );
            }
            Ok(flags.finish())
        }
        _ => {
            let values = numbers(array)?;
            Ok((0..array.len())
                .map(|row| Some(values.get(row).is_some_and(|n| n != Number::Int(0))))
                .collect())
        }
    }
}

/// Whether text counts as true: everything but empty text, `false` and a zero.
pub fn is_true_text(text: &str) -> bool {
    match Number::parse(text) {
        Some(number) => number != Number::Int(0),
        None => !text.is_empty() && text != "false",
    }
}

/// The column as times, milliseconds: times as they are, numbers and numeric text as epoch
/// milliseconds.
pub fn times(array: &ArrayRef) -> Result<Int64Array> {
    match numbers(array)? {
        Numbers::Int(values) => Ok(values),
        values => Ok((0..values.len())
            .map(|row| values.get(row).and_then(Number::truncate))
            .collect()),
    }
}

/// The column as another type, for expressions whose value comes from several branches; `to` is
/// a result of [`types::unify`] over the type of the column and others.
pub fn convert(array: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let from = array.data_type();
    if from == to {
        return Ok(Arc::clone(array));
    }
    Ok(match to {
        _ if *from == DataType::Null => new_null_array(to, array.len()),
        DataType::Struct(_) => {
            let values = numbers(array)?;
            let mut out = NumberBuilder::with_capacity(array.len());
            for row in 0..array.len() {
                out.push(values.get(row));
            }
            out.finish()
        }
        DataType::Utf8View => Arc::new(printed(array)?),
        DataType::LargeUtf8 if *from == types::LIST => arrow::compute::cast(array, to)?,
        DataType::LargeUtf8 => {
            let texts = texts(array)?;
            // A number is JSON as it stands; everything else is a string.
            let quoted = !is_numeric(from) && *from != DataType::Boolean;
            let mut out = LargeStringBuilder::new();
            for text in &texts {
                match text {
                    Some(text) if quoted => out.append_value(json_scan::escape(text)),
                    text => out.append_option(text),
                }
            }
            Arc::new(out.finish())
        }
        _ => return internal_err!("a {from} column cannot become {to}"),
    })
}

/// Whether the value of each row exists; never null. JSON `null` is a missing value.
pub fn presence(array: &ArrayRef) -> Result<BooleanArray> {
    if *array.data_type() == types::JSON {
        let values = array.as_string::<i64>();
        return Ok(values
            .iter()
            .map(|json| Some(json.is_some_and(|json| json != "null")))
            .collect());
    }
    Ok(arrow::compute::is_not_null(array)?)
}

/// The row's value for outputs.
pub fn cell(array: &ArrayRef, row: usize) -> Result<flowgauge_event::Value> {
    use flowgauge_event::Value;
    if array.is_null(row) {
        return Ok(Value::Missing);
    }
    Ok(match array.data_type() {
        DataType::Null => Value::Missing,
        DataType::Utf8View => Value::Text(array.as_string_view().value(row).to_owned()),
        DataType::LargeUtf8 => {
            let json = array.as_string::<i64>().value(row);
            match json_text(json, true) {
                None => Value::Missing,
                Some(text) if json.starts_with(['{', '[']) => Value::Structure(text.into_owned()),
                Some(text) => Value::Text(text.into_owned()),
            }
        }
        DataType::Utf8 => Value::List(list_items(array.as_string::<i32>().value(row))),
        DataType::Boolean => Value::Boolean(array.as_boolean().value(row)),
        DataType::Timestamp(_, _) => {
            Value::Time(array.as_primitive::<TimestampMillisecondType>().value(row))
        }
        DataType::Int64 | DataType::Float64 | DataType::Struct(_) => numbers(array)?
            .get(row)
            .map_or(Value::Missing, Value::Number),
        other => return internal_err!("a result column has the type {other}"),
    })
}
