//! Single values kept per group, read from a column of any kind and written back to one.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, LargeStringArray,
    LargeStringBuilder, StringArray, StringBuilder, StringViewArray, StringViewBuilder,
    TimestampMillisecondArray,
};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use flowgauge_event::Number;

use crate::types;
use crate::values::{self, NumberBuilder, Numbers};

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    /// Of a numeric kind, boolean or time.
    Number(Number),
    /// Text, or the JSON text of a JSON value or list.
    Text(Box<str>),
}

impl Cell {
    /// Bytes allocated.
    pub(super) fn heap(&self) -> usize {
        match self {
            Cell::Number(_) => 0,
            Cell::Text(text) => text.len(),
        }
    }
}

/// The kind of a value that an aggregate picks from its column: that of the column, but times
/// become epoch milliseconds (spec 7.7) and a column without any value becomes text.
pub(super) fn picked_type(column: &DataType) -> DataType {
    match column {
        DataType::Timestamp(_, _) => DataType::Int64,
        DataType::Null => types::TEXT,
        other => other.clone(),
    }
}

/// Whether values of a kind are kept as numbers.
pub(super) fn is_number_kind(data_type: &DataType) -> bool {
    types::is_numeric(data_type)
        || matches!(data_type, DataType::Boolean | DataType::Timestamp(_, _))
}

/// A column to read cells from.
pub(super) enum Source {
    Numbers(Numbers),
    Text(StringViewArray),
    Json(LargeStringArray),
    List(StringArray),
}

impl Source {
    /// The cells of a column, each as it is.
    pub(super) fn new(column: &ArrayRef) -> Result<Source> {
        Ok(match column.data_type() {
            DataType::LargeUtf8 => Source::Json(column.as_string::<i64>().clone()),
            DataType::Utf8 => Source::List(column.as_string::<i32>().clone()),
            kind if is_number_kind(kind) => Source::Numbers(values::numbers(column)?),
            _ => Source::Text(values::texts(column)?),
        })
    }

    /// The cell of a row.
    pub(super) fn get(&self, row: usize) -> Option<Cell> {
        let text = match self {
            Source::Numbers(numbers) => return numbers.get(row).map(Cell::Number),
            Source::Text(texts) => texts.is_valid(row).then(|| texts.value(row)),
            Source::Json(texts) => texts.is_valid(row).then(|| texts.value(row)),
            Source::List(texts) => texts.is_valid(row).then(|| texts.value(row)),
        };
        text.map(|text| Cell::Text(text.into()))
    }
}

/// A column of cells of a kind that [`picked_type`] gives.
pub(super) fn column<'a>(
    cells: impl ExactSizeIterator<Item = Option<&'a Cell>>,
    data_type: &DataType,
) -> ArrayRef {
    if is_number_kind(data_type) {
        let numbers = cells.map(|cell| match cell {
            Some(Cell::Number(number)) => Some(*number),
            _ => None,
        });
        return number_column(numbers, data_type);
    }
    let texts = cells.map(|cell| match cell {
        Some(Cell::Text(text)) => Some(text.as_ref()),
        _ => None,
    });
    text_column(texts, data_type)
}

/// A column of numbers of one of the numeric kinds, booleans or times.
pub(super) fn number_column(
    numbers: impl ExactSizeIterator<Item = Option<Number>>,
    data_type: &DataType,
) -> ArrayRef {
    match data_type {
        DataType::Int64 => Arc::new(
            numbers
                .map(|number| number.and_then(Number::truncate))
                .collect::<Int64Array>(),
        ),
        DataType::Float64 => Arc::new(
            numbers
                .map(|number| number.map(Number::as_f64))
                .collect::<Float64Array>(),
        ),
        DataType::Timestamp(_, _) => Arc::new(
            numbers
                .map(|number| number.and_then(Number::truncate))
                .collect::<TimestampMillisecondArray>(),
        ),
        DataType::Boolean => Arc::new(
            numbers
                .map(|number| number.map(|flag| flag != Number::Int(0)))
                .collect::<BooleanArray>(),
        ),
        _ => {
            let mut column = NumberBuilder::with_capacity(numbers.len());
            for number in numbers {
                column.push(number);
            }
            column.finish()
        }
    }
}

/// A column of text, JSON or lists.
pub(super) fn text_column<'a>(
    texts: impl ExactSizeIterator<Item = Option<&'a str>>,
    data_type: &DataType,
) -> ArrayRef {
    match data_type {
        DataType::LargeUtf8 => {
            let mut column = LargeStringBuilder::new();
            column.extend(texts);
            Arc::new(column.finish())
        }
        DataType::Utf8 => {
            let mut column = StringBuilder::new();
            column.extend(texts);
            Arc::new(column.finish())
        }
        _ => {
            let mut column = StringViewBuilder::with_capacity(texts.len());
            column.extend(texts);
            Arc::new(column.finish())
        }
    }
}
