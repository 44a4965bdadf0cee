//! Parquet flow logs, as AWS writes them (flow log spec 2.4, 5.2).
//!
//! Columns are found by name (underscores). A row's `@message` is the line that the text file
//! would hold: the columns in file order, a null as `-`. Row groups whose `start` lies outside the
//! time range are not read.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, RecordBatchOptions, StringViewArray,
    StringViewBuilder, TimestampMillisecondArray,
};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Int64Type, Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use flowgauge_event::TimeRange;
use flowgauge_format::flow_fields::{self, FlowField};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::reader::ChunkReader;
use parquet::file::statistics::Statistics as ColumnStatistics;
use tokio::runtime::Handle;

use super::list::reason;
use super::location::{Entry, Location};
use super::rows::first_position;
use super::s3::{self, ObjectReader};
use super::scan::Shared;
use crate::error::InputError;
use crate::lower::{POSITION, integer_of};
use crate::statistics::Statistics;
use crate::types;

const ROWS: usize = 8192;

/// Reads a file and hands batches of the wanted schema to `deliver` until it says `false`;
/// returns whether more was wanted.
pub fn read(
    input: usize,
    entry: &Entry,
    schema: &SchemaRef,
    shared: &Shared,
    handle: &Handle,
    deliver: &mut dyn FnMut(RecordBatch) -> Result<bool>,
) -> Result<bool> {
    let fail = |problem: String| InputError::new(&entry.name, problem).into_datafusion();
    Statistics::add(&shared.statistics.bytes_read, entry.size.unwrap_or(0));
    match &entry.location {
        Location::File(path) => {
            let file = std::fs::File::open(path).map_err(|error| fail(reason(&error)))?;
            read_from(input, entry, file, schema, shared, deliver)
        }
        Location::Object { store, key } => {
            // Delivered objects are cut at 75 MB.
            let bytes = ObjectReader::open(store, key, handle)
                .and_then(ObjectReader::rest)
                .map_err(|error| fail(s3::reason(&error)))?;
            read_from(input, entry, bytes, schema, shared, deliver)
        }
        Location::Stdin | Location::Pipe(_) => Err(not_from_a_stream(entry).into_datafusion()),
    }
}

/// A Parquet file is read from its end, which a stream does not show.
pub fn not_from_a_stream(entry: &Entry) -> InputError {
    InputError::new(
        &entry.name,
        "a Parquet file cannot be read from a pipe or standard input; name the file",
    )
}

/// The field names of a file: those of flow logs where they are known, else the column names.
pub fn field_names(entry: &Entry, handle: &Handle) -> Result<Vec<String>, InputError> {
    let fail = |problem: String| InputError::new(&entry.name, problem);
    let damaged = |error: parquet::errors::ParquetError| {
        fail(format!(
            "the Parquet file is damaged or truncated ({error})"
        ))
    };
    let schema = match &entry.location {
        Location::File(path) => {
            let file = std::fs::File::open(path).map_err(|error| fail(reason(&error)))?;
            let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged)?;
            Arc::clone(builder.schema())
        }
        Location::Object { store, key } => {
            let bytes = ObjectReader::open(store, key, handle)
                .and_then(ObjectReader::rest)
                .map_err(|error| fail(s3::reason(&error)))?;
            let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(damaged)?;
            Arc::clone(builder.schema())
        }
        Location::Stdin | Location::Pipe(_) => return Err(not_from_a_stream(entry)),
    };
    Ok(FileColumns::of(&schema)
        .fields
        .into_iter()
        .map(|(_, column, field)| field.map_or(column, |field| field.name.to_owned()))
        .collect())
}

fn read_from<R: ChunkReader + 'static>(
    input: usize,
    entry: &Entry,
    reader: R,
    schema: &SchemaRef,
    shared: &Shared,
    deliver: &mut dyn FnMut(RecordBatch) -> Result<bool>,
) -> Result<bool> {
    let fail = |problem: String| InputError::new(&entry.name, problem).into_datafusion();
    let broken = |error: &dyn std::fmt::Display| {
        fail(format!(
            "the Parquet file is damaged or truncated ({error})"
        ))
    };
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(reader).map_err(|error| broken(&error))?;
    let columns = FileColumns::of(builder.schema());
    if columns.known() == 0 {
        return Err(fail(
            "this Parquet file has no column of a flow log; convert it to text or JSON lines"
                .to_owned(),
        ));
    }
    let groups = row_groups(&builder, &columns, shared);
    let mask = projection(&builder, &columns, schema);
    let batches: ParquetRecordBatchReader = builder
        .with_row_groups(groups)
        .with_projection(mask)
        .with_batch_size(ROWS)
        .build()
        .map_err(|error| broken(&error))?;
    let mut offset = 0;
    for batch in batches {
        let batch = batch.map_err(|error| broken(&error))?;
        let rows = Rows {
            batch: &batch,
            columns: FileColumns::of(&batch.schema()),
            all: &columns,
            context: entry.context(),
            position: first_position(input, offset),
        };
        offset += batch.num_rows() as u64;
        Statistics::add(&shared.statistics.records_scanned, batch.num_rows() as u64);
        let made = rows.make(schema)?;
        let made = in_range(made, &rows, shared.range)?;
        if !deliver(made)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The flow log fields of a file's columns, in order.
struct FileColumns {
    fields: Vec<(usize, String, Option<&'static FlowField>)>,
}

impl FileColumns {
    fn of(schema: &Schema) -> FileColumns {
        let fields = schema
            .fields()
            .iter()
            .enumerate()
            .map(|(index, field)| {
                (
                    index,
                    field.name().clone(),
                    flow_fields::by_parquet_name(field.name()),
                )
            })
            .collect();
        FileColumns { fields }
    }

    fn known(&self) -> usize {
        self.fields
            .iter()
            .filter(|(_, _, field)| field.is_some())
            .count()
    }

    /// The column of a flow log field, by its hyphenated id.
    fn by_id(&self, id: &str) -> Option<usize> {
        self.fields
            .iter()
            .find(|(_, _, field)| field.is_some_and(|field| field.id == id))
            .map(|(index, _, _)| *index)
    }

    /// The column of a name under any of its spellings.
    fn by_name(&self, name: &str) -> Option<usize> {
        match flow_fields::resolve(name) {
            Some(field) => self.by_id(field.id),
            None => self
                .fields
                .iter()
                .find(|(_, own, _)| own == name)
                .map(|(index, _, _)| *index),
        }
    }
}

/// The row groups that can hold events of the range.
fn row_groups<R: ChunkReader + 'static>(
    builder: &ParquetRecordBatchReaderBuilder<R>,
    columns: &FileColumns,
    shared: &Shared,
) -> Vec<usize> {
    let metadata = builder.metadata();
    let all = 0..metadata.num_row_groups();
    // Chunks are numbered by leaves, columns by roots; nested columns make the difference.
    let start = columns
        .by_id("start")
        .filter(|_| !shared.range.is_unbounded())
        .and_then(|root| {
            (0..builder.parquet_schema().num_columns())
                .find(|&leaf| builder.parquet_schema().get_column_root_idx(leaf) == root)
        });
    let Some(start) = start else {
        return all.collect();
    };
    all.filter(|&group| {
        let chunk = metadata.row_group(group).column(start);
        match chunk.statistics() {
            Some(ColumnStatistics::Int64(values)) => match (values.min_opt(), values.max_opt()) {
                (Some(min), Some(max)) => shared
                    .range
                    .overlaps(min.saturating_mul(1000), max.saturating_mul(1000)),
                _ => true,
            },
            _ => true,
        }
    })
    .collect()
}

/// The columns that the wanted schema needs; everything when the message has to be rebuilt.
fn projection<R: ChunkReader + 'static>(
    builder: &ParquetRecordBatchReaderBuilder<R>,
    columns: &FileColumns,
    schema: &SchemaRef,
) -> ProjectionMask {
    let mut roots = Vec::new();
    for field in schema.fields() {
        let name = integer_of(field.name());
        match name {
            "@message" => return ProjectionMask::all(),
            "@logStream" => roots.extend(columns.by_id("interface-id")),
            "@log" => roots.extend(columns.by_id("account-id")),
            "@ingestionTime" => roots.extend(columns.by_id("end")),
            _ => roots.extend(columns.by_name(name)),
        }
    }
    // The range is judged by the time.
    roots.extend(columns.by_id("start").or(columns.by_id("end")));
    ProjectionMask::roots(builder.parquet_schema(), roots)
}

/// One batch of a file.
struct Rows<'a> {
    batch: &'a RecordBatch,
    columns: FileColumns,
    all: &'a FileColumns,
    context: flowgauge_format::FileContext,
    position: i64,
}

impl Rows<'_> {
    fn make(&self, schema: &SchemaRef) -> Result<RecordBatch> {
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
        if *data_type == DataType::Int64 {
            return Ok(match self.columns.by_name(integer_of(name)) {
                Some(index) => cast(self.batch.column(index), &DataType::Int64)?,
                None => arrow::array::new_null_array(&DataType::Int64, rows),
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
            "@data_source_type" => constant("flow", rows),
            "@aws.account" => optional(self.context.account.as_deref(), rows),
            "@aws.region" => optional(self.context.region.as_deref(), rows),
            _ => match self.columns.by_name(name) {
                Some(index) => self.text(index)?,
                None => StringViewArray::new_null(rows),
            },
        }))
    }

    /// A column as the text file would show it.
    fn text(&self, index: usize) -> Result<StringViewArray> {
        let text = cast(self.batch.column(index), &types::TEXT)?;
        let text = text.as_string_view();
        if text.null_count() == 0 {
            return Ok(text.clone());
        }
        Ok(text
            .iter()
            .map(|value| Some(value.unwrap_or("-")))
            .collect())
    }

    fn times(&self, id: &str) -> Result<TimestampMillisecondArray> {
        let rows = self.batch.num_rows();
        let column = self.columns.by_id(id).or_else(|| self.columns.by_id("end"));
        let Some(index) = column else {
            return Ok(TimestampMillisecondArray::from(vec![
                self.context
                    .fallback_time;
                rows
            ]));
        };
        let seconds = cast(self.batch.column(index), &DataType::Int64)?;
        let seconds = seconds.as_primitive::<Int64Type>();
        Ok(seconds
            .iter()
            .map(|value| value.map(|value| value.saturating_mul(1000)))
            .collect())
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

/// The rows inside the time range.
fn in_range(made: RecordBatch, rows: &Rows, range: TimeRange) -> Result<RecordBatch> {
    if range.is_unbounded() {
        return Ok(made);
    }
    let times = rows.times("start")?;
    let keep = times
        .iter()
        .map(|time| Some(time.is_some_and(|time| range.contains(time))))
        .collect();
    filter_record_batch(&made, &keep).map_err(DataFusionError::from)
}
