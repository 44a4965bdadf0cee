//! From the rows of a Parquet file to events.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, RecordBatchOptions, StringViewArray,
    StringViewBuilder, TimestampMillisecondArray, new_null_array,
};
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::{DataType, Int64Type, SchemaRef};
use datafusion::common::Result;
use flowgauge_event::Number;
use flowgauge_format::FileContext;
use flowgauge_format::flow_fields::FlowField;

use super::fields::FileColumns;
use super::{nested, times};
use crate::lower::{POSITION, numbers_of};
use crate::types;
use crate::values::number_column;

/// One batch of a file.
pub(super) struct Rows<'a> {
    pub(super) batch: &'a RecordBatch,
    pub(super) columns: FileColumns,
    /// Those of the whole file.
    pub(super) all: &'a FileColumns,
    pub(super) context: FileContext,
    /// Of the first row.
    pub(super) position: i64,
}

impl Rows<'_> {
    /// The wanted columns.
    pub(super) fn make(&self, schema: &SchemaRef) -> Result<RecordBatch> {
        let arrays = schema
            .fields()
            .iter()
            .map(|field| self.column(field.name(), field.data_type()))
            .collect::<Result<Vec<ArrayRef>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(self.batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(schema),
            arrays,
            &options,
        )?)
    }

    fn column(&self, name: &str, data_type: &DataType) -> Result<ArrayRef> {
        let rows = self.batch.num_rows();
        if name == POSITION {
            let positions = (0..rows as i64).map(|row| self.position + row);
            return Ok(Arc::new(Int64Array::from_iter_values(positions)));
        }
        if matches!(data_type, DataType::Struct(_)) {
            return Ok(match self.columns.by_name(numbers_of(name)) {
                Some(index) => self.numbers(index)?,
                None => new_null_array(data_type, rows),
            });
        }
        if *data_type == types::TIME {
            let id = if name == "@timestamp" { "start" } else { "end" };
            return Ok(Arc::new(self.times(id)?));
        }
        Ok(Arc::new(match name {
            "@message" => self.messages()?,
            "@logStream" => self.text_or(
                "interface-id",
                |text| format!("{text}-all"),
                &self.context.file_name,
            )?,
            "@log" => {
                let account = self
                    .context
                    .account
                    .clone()
                    .unwrap_or_else(|| "unknown".to_owned());
                let other = format!("{account}:{}", self.context.path);
                self.text_or(
                    "account-id",
                    |text| format!("{text}:{}", self.context.path),
                    &other,
                )?
            }
            "@data_source_name" => constant("amazon_vpc", rows),
            "@data_source_type" if self.all.of_transit_gateway() => constant("tgw_flow", rows),
            "@data_source_type" => constant("flow", rows),
            "@data_format" if self.all.are_default() => constant("Default", rows),
            "@data_format" => constant("Custom", rows),
            "@aws.account" => optional(self.context.account.as_deref(), rows),
            "@aws.region" => optional(self.context.region.as_deref(), rows),
            _ => match self.columns.by_name(name) {
                Some(index) => self.text(index)?,
                None => StringViewArray::new_null(rows),
            },
        }))
    }

    /// A column of the file; times in place of whole numbers become seconds.
    fn stored(&self, index: usize) -> Result<ArrayRef> {
        let column = self.batch.column(index);
        let (_, _, field) = &self.columns.fields[index];
        if times::is_time(column.data_type()) && field.is_some_and(FlowField::integer) {
            return Ok(times::seconds(column)?);
        }
        Ok(Arc::clone(column))
    }

    /// A column as numbers: those that its text is.
    fn numbers(&self, index: usize) -> Result<ArrayRef> {
        let column = self.stored(index)?;
        let rows = column.len();
        // A large unsigned number would be lost.
        if column.data_type().is_integer() && *column.data_type() != DataType::UInt64 {
            let ints = cast(&column, &DataType::Int64)?;
            return Ok(number_column(ints.as_primitive::<Int64Type>().clone(), &[]));
        }
        let (mut ints, mut floats) = (Vec::with_capacity(rows), Vec::new());
        for (row, text) in self.text(index)?.iter().enumerate() {
            ints.push(match text.and_then(Number::parse) {
                Some(Number::Int(value)) => Some(value),
                Some(Number::Float(value)) => {
                    floats.push((row, value));
                    None
                }
                None => None,
            });
        }
        Ok(number_column(Int64Array::from(ints), &floats))
    }

    /// A column as the text file would show it.
    fn text(&self, index: usize) -> Result<StringViewArray> {
        let stored = self.stored(index)?;
        if nested::is_nested(stored.data_type())
            || !can_cast_types(stored.data_type(), &types::TEXT)
        {
            return Ok(nested::text(&stored)?);
        }
        let text = cast(&stored, &types::TEXT)?;
        let text = text.as_string_view();
        if text.null_count() == 0 {
            return Ok(text.clone());
        }
        Ok(text
            .iter()
            .map(|value| Some(value.unwrap_or("-")))
            .collect())
    }

    /// The times of a field, or of the event's end where the file does not have it.
    pub(super) fn times(&self, id: &str) -> Result<TimestampMillisecondArray> {
        let column = self.columns.by_id(id).or_else(|| self.columns.by_id("end"));
        match column {
            Some(index) => Ok(times::millis(self.batch.column(index))?),
            None => {
                let time = self.context.fallback_time;
                Ok(vec![time; self.batch.num_rows()].into())
            }
        }
    }

    fn text_or(
        &self,
        id: &str,
        make: impl Fn(&str) -> String,
        other: &str,
    ) -> Result<StringViewArray> {
        let rows = self.batch.num_rows();
        let Some(index) = self.columns.by_id(id) else {
            return Ok(constant(other, rows));
        };
        let values = self.text(index)?;
        let mut out = StringViewBuilder::with_capacity(rows).with_deduplicate_strings();
        for value in values.iter().flatten() {
            if value == "-" {
                out.append_value(other);
            } else {
                out.append_value(make(value));
            }
        }
        Ok(out.finish())
    }

    fn messages(&self) -> Result<StringViewArray> {
        let rows = self.batch.num_rows();
        let columns = (0..self.all.fields.len())
            .map(|index| self.text(index))
            .collect::<Result<Vec<StringViewArray>>>()?;
        let mut out = StringViewBuilder::with_capacity(rows);
        let mut line = String::new();
        for row in 0..rows {
            line.clear();
            for (index, column) in columns.iter().enumerate() {
                if index > 0 {
                    line.push(' ');
                }
                line.push_str(column.value(row));
            }
            out.append_value(&line);
        }
        Ok(out.finish())
    }
}

fn constant(text: &str, rows: usize) -> StringViewArray {
    std::iter::repeat_n(Some(text), rows).collect()
}

fn optional(text: Option<&str>, rows: usize) -> StringViewArray {
    std::iter::repeat_n(text, rows).collect()
}
