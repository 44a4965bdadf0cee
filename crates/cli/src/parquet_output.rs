//! `-o parquet`: a result as a Parquet file that any reader opens.
//!
//! Integers become INT64, other numbers DOUBLE, times TIMESTAMP(ms), booleans BOOLEAN, the rest
//! text. A result is at most 100,000 rows, so it is written at once.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, RecordBatch, StringArray, new_empty_array,
};
use arrow::compute::concat;
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use flowgauge_engine::values;
use parquet::arrow::ArrowWriter;

use crate::failure::Failure;

/// Writes the batches under the given headers and returns the number of rows. Equal headers get
/// a number, because Parquet readers want names to be unique.
pub fn write(
    headers: &[String],
    batches: &[RecordBatch],
    out: impl Write + Send,
) -> Result<u64, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::Input(format!("the Parquet file cannot be written: {error}"))
    };
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (index, header) in headers.iter().enumerate() {
        let parts: Vec<&dyn Array> = batches
            .iter()
            .map(|batch| batch.column(index).as_ref())
            .collect();
        let whole = if parts.is_empty() {
            new_empty_array(&DataType::Utf8View)
        } else {
            concat(&parts).map_err(|error| failed(&error))?
        };
        let column = plain(&whole).map_err(|error| failed(&error))?;
        let repeated = headers[..index]
            .iter()
            .filter(|other| *other == header)
            .count();
        let name = if repeated == 0 {
            header.clone()
        } else {
            format!("{header}_{}", repeated + 1)
        };
        fields.push(Field::new(name, column.data_type().clone(), true));
        columns.push(column);
    }
    let schema = Arc::new(Schema::new(fields));
    let batch =
        RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|error| failed(&error))?;
    let mut writer = ArrowWriter::try_new(out, schema, None).map_err(|error| failed(&error))?;
    writer.write(&batch).map_err(|error| failed(&error))?;
    writer.close().map_err(|error| failed(&error))?;
    Ok(batch.num_rows() as u64)
}

/// The column in a type that Parquet readers know.
fn plain(column: &ArrayRef) -> Result<ArrayRef, Box<dyn std::error::Error>> {
    Ok(match column.data_type() {
        DataType::Int64 | DataType::Float64 | DataType::Boolean | DataType::Timestamp(_, _) => {
            Arc::clone(column)
        }
        DataType::Struct(_) => {
            let parts = column.as_struct();
            if parts.column(1).null_count() == column.len() {
                return Ok(Arc::clone(parts.column(0)));
            }
            let ints = parts.column(0).as_primitive::<Int64Type>();
            let numbers = values::numbers(column)?;
            let floats: Float64Array = (0..ints.len())
                .map(|row| numbers.get(row).map(|number| number.as_f64()))
                .collect();
            Arc::new(floats)
        }
        _ => {
            let text = values::printed(column)?;
            let text: StringArray = text.iter().collect();
            Arc::new(text)
        }
    })
}
