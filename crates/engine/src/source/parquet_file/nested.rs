//! Columns of structures, lists, maps and bytes, which flow logs do not have and conversions may: as
//! JSON text.

use arrow::array::{Array, AsArray, StringViewArray, StringViewBuilder};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// A column as text, nulls as `-`.
pub(super) fn text(column: &dyn Array) -> Result<StringViewArray, ArrowError> {
    let mut out = StringViewBuilder::with_capacity(column.len());
    let mut cell = String::new();
    for row in 0..column.len() {
        if column.is_null(row) {
            out.append_value("-");
            continue;
        }
        cell.clear();
        if is_nested(column.data_type()) {
            push(column, row, &mut cell)?;
        } else {
            cell.push_str(&plain(column, row)?);
        }
        out.append_value(&cell);
    }
    Ok(out.finish())
}

/// Whether values have parts.
pub(super) fn is_nested(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Struct(_)
            | DataType::Map(_, _)
            | DataType::List(_)
            | DataType::LargeList(_)
            | DataType::FixedSizeList(_, _)
    )
}

/// Appends a value as JSON.
fn push(column: &dyn Array, row: usize, out: &mut String) -> Result<(), ArrowError> {
    if column.is_null(row) {
        out.push_str("null");
        return Ok(());
    }
    match column.data_type() {
        DataType::Struct(fields) => {
            let members = column.as_struct().columns();
            push_all(out, '{', '}', fields.len(), |at, out| {
                push_text(fields[at].name(), out);
                out.push(':');
                push(&members[at], row, out)
            })
        }
        DataType::Map(_, _) => {
            let entries = column.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            push_all(out, '{', '}', entries.len(), |at, out| {
                push_text(&plain(keys, at)?, out);
                out.push(':');
                push(values, at, out)
            })
        }
        DataType::List(_) => push_list(&column.as_list::<i32>().value(row), out),
        DataType::LargeList(_) => push_list(&column.as_list::<i64>().value(row), out),
        DataType::FixedSizeList(_, _) => push_list(&column.as_fixed_size_list().value(row), out),
        other => {
            let text = plain(column, row)?;
            // Not a number and infinity are no JSON.
            let is_bare = *other == DataType::Boolean
                || other.is_numeric() && text.bytes().any(|byte| byte.is_ascii_digit());
            if is_bare {
                out.push_str(&text);
            } else {
                push_text(&text, out);
            }
            Ok(())
        }
    }
}

fn push_list(items: &dyn Array, out: &mut String) -> Result<(), ArrowError> {
    push_all(out, '[', ']', items.len(), |at, out| push(items, at, out))
}

/// Appends so many parts between brackets.
fn push_all(
    out: &mut String,
    open: char,
    close: char,
    count: usize,
    mut part: impl FnMut(usize, &mut String) -> Result<(), ArrowError>,
) -> Result<(), ArrowError> {
    out.push(open);
    for at in 0..count {
        if at > 0 {
            out.push(',');
        }
        part(at, out)?;
    }
    out.push(close);
    Ok(())
}

fn push_text(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

/// A value that is not nested as it prints; bytes as hexadecimal digits.
fn plain(column: &dyn Array, row: usize) -> Result<String, ArrowError> {
    let formatter = ArrayFormatter::try_new(column, &FormatOptions::default())?;
    formatter.value(row).try_to_string()
}
