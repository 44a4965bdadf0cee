//! `parse f csv as a, b`: one RFC 4180 record, values by position; surplus ignored (spec 5.5).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewBuilder, StructArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};
use flowgauge_event::Number;

use super::parse_glob::capture_fields;
use crate::function::{Args, Scalar};

/// `_parse_csv(value, position…)`
pub static PARSE_CSV: Scalar = Scalar {
    name: "_parse_csv",
    returns: |types| DataType::Struct(capture_fields(types.len() - 1)),
    invoke,
};

fn invoke(args: &Args) -> Result<ArrayRef> {
    let mut positions = Vec::new();
    for index in 1..args.len() {
        match args.constant_number(index) {
            Some(Number::Int(position)) if position >= 0 => positions.push(position as usize),
            _ => return internal_err!("_parse_csv needs constant positions"),
        }
    }
    let values = args.texts(0)?;
    let mut columns: Vec<StringViewBuilder> =
        positions.iter().map(|_| StringViewBuilder::new()).collect();
    let mut record = csv::StringRecord::new();
    for row in 0..args.rows {
        let read = values.is_valid(row) && {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(values.value(row).as_bytes());
            reader.read_record(&mut record).unwrap_or(false)
        };
        for (column, &position) in columns.iter_mut().zip(&positions) {
            column.append_option(if read { record.get(position) } else { None });
        }
    }
    let columns: Vec<ArrayRef> = columns
        .iter_mut()
        .map(|column| Arc::new(column.finish()) as ArrayRef)
        .collect();
    Ok(Arc::new(StructArray::try_new_with_length(
        capture_fields(columns.len()),
        columns,
        None,
        args.rows,
    )?))
}
