//! Parquet flow logs, as AWS writes them (flow log spec 2.4, 5.2).
//!
//! Columns are found by name (underscores). A row's `@message` is the line that the text file
//! would hold: the columns in file order, a null as `-`. Row groups whose `start` lies outside the
//! time range are not read.

mod fields;
mod nested;
mod object;
mod rows;
mod times;

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::SchemaRef;
use datafusion::common::{DataFusionError, Result};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;
use tokio::runtime::Handle;

use fields::FileColumns;
use object::ObjectFile;
use rows::Rows;

use super::list::reason;
use super::location::{Entry, Location};
use super::panics;
use super::rows::first_position;
use super::s3;
use super::scan::Shared;
use crate::error::InputError;
use crate::lower::numbers_of;
use crate::statistics::Statistics;

const ROWS: usize = 8192;

/// Where column chunks lie in a file, by row group.
type Chunks = Vec<Vec<Range<u64>>>;

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
    match &entry.location {
        Location::File(path) => {
            Statistics::add(&shared.statistics.bytes_read, entry.size.unwrap_or(0));
            let file = std::fs::File::open(path).map_err(|error| fail(reason(&error)))?;
            read_from(input, entry, (file, &|_| {}), schema, shared, deliver)
        }
        Location::Object { store, key } => {
            let file = ObjectFile::open(store, key, handle, Some(&shared.statistics))
                .map_err(|error| fail(s3::reason(&error)))?;
            let will_read = |ranges| file.will_read(ranges);
            let reader = (file.clone(), &will_read as &dyn Fn(_));
            let read = read_from(input, entry, reader, schema, shared, deliver);
            read.map_err(|error| file.failure().map_or(error, fail))
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
    let damaged = |error: ParquetError| fail(problem(&error));
    let schema = match &entry.location {
        Location::File(path) => {
            let file = std::fs::File::open(path).map_err(|error| fail(reason(&error)))?;
            let builder = open(file).map_err(damaged)?;
            Arc::clone(builder.schema())
        }
        Location::Object { store, key } => {
            let file = ObjectFile::open(store, key, handle, None)
                .map_err(|error| fail(s3::reason(&error)))?;
            let builder =
                open(file.clone()).map_err(|error| file.failure().map_or(damaged(error), fail))?;
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

/// What is wrong with a file, in the user's words.
fn problem(error: &dyn std::fmt::Display) -> String {
    let error = error.to_string();
    match error.split_once("Disabled feature at compile time: ") {
        Some((_, codec)) => format!(
            "the Parquet file is compressed with {codec}, which is not read; \
             write it with zstd, snappy or gzip"
        ),
        None => format!("the Parquet file is damaged or truncated ({error})"),
    }
}

/// Reads from something like a file, beside which stands who wants to know beforehand which column
/// chunks will be read, by row group.
fn read_from<R: ChunkReader + 'static>(
    input: usize,
    entry: &Entry,
    (reader, will_read): (R, &dyn Fn(Chunks)),
    schema: &SchemaRef,
    shared: &Shared,
    deliver: &mut dyn FnMut(RecordBatch) -> Result<bool>,
) -> Result<bool> {
    let fail = |problem: String| InputError::new(&entry.name, problem).into_datafusion();
    let broken = |error: &dyn std::fmt::Display| fail(problem(error));
    let builder = open(reader).map_err(|error| broken(&error))?;
    let columns = FileColumns::of(builder.schema());
    if columns.known() == 0 {
        return Err(fail(
            "this Parquet file has no column of a flow log; convert it to text or JSON lines"
                .to_owned(),
        ));
    }
    let groups = checked(|| row_groups(&builder, &columns, shared));
    let groups = groups.map_err(|error| broken(&error))?;
    let mask = projection(&builder, &columns, schema);
    let chunks = checked(|| Ok(chunks(&builder, &groups, &mask)));
    will_read(chunks.map_err(|error| broken(&error))?);
    let reader = builder
        .with_row_groups(groups)
        .with_projection(mask)
        .with_batch_size(ROWS);
    let mut batches: ParquetRecordBatchReader =
        checked(|| reader.build()).map_err(|error| broken(&error))?;
    let mut offset = 0;
    loop {
        let batch = checked(|| Ok(batches.next().transpose()?));
        let Some(batch) = batch.map_err(|error| broken(&error))? else {
            return Ok(true);
        };
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
        let made = in_range(made, &rows, shared)?;
        if !deliver(made)? {
            return Ok(false);
        }
    }
}

/// Where the column chunks lie that a projection needs, by row group.
fn chunks<R: ChunkReader + 'static>(
    builder: &ParquetRecordBatchReaderBuilder<R>,
    groups: &[usize],
    mask: &ProjectionMask,
) -> Chunks {
    let chunks = |group: &usize| {
        let columns = builder.metadata().row_group(*group).columns().iter();
        let needed = columns
            .enumerate()
            .filter(|(leaf, _)| mask.leaf_included(*leaf));
        let range = |column: &ColumnChunkMetaData| {
            let (start, length) = column.byte_range();
            start..start.saturating_add(length)
        };
        needed.map(|(_, column)| range(column)).collect()
    };
    groups.iter().map(chunks).collect()
}

fn open<R: ChunkReader + 'static>(
    file: R,
) -> Result<ParquetRecordBatchReaderBuilder<R>, ParquetError> {
    checked(|| ParquetRecordBatchReaderBuilder::try_new(file))
}

/// What a piece of reading comes to. The `parquet` crate trusts some of what a file says of itself
/// and panics where that is wrong.
fn checked<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    panics::caught(read).unwrap_or_else(|message| Err(ParquetError::General(message)))
}

/// The row groups that can hold events of the range.
fn row_groups<R: ChunkReader + 'static>(
    builder: &ParquetRecordBatchReaderBuilder<R>,
    columns: &FileColumns,
    shared: &Shared,
) -> Result<Vec<usize>, ParquetError> {
    let groups = builder.metadata().row_groups();
    let all = (0..groups.len()).collect();
    let Some(start) = columns.by_id("start") else {
        return Ok(all);
    };
    let start = builder.schema().field(start);
    if shared.range.is_unbounded() || !times::is_ordered(start.data_type()) {
        return Ok(all);
    }
    let statistics =
        StatisticsConverter::try_new(start.name(), builder.schema(), builder.parquet_schema())?;
    let earliest = times::millis(&statistics.row_group_mins(groups)?)?;
    let latest = times::millis(&statistics.row_group_maxes(groups)?)?;
    let overlaps = |group: &usize| {
        let known = earliest.is_valid(*group) && latest.is_valid(*group);
        !known
            || shared
                .range
                .overlaps(earliest.value(*group), latest.value(*group))
    };
    Ok((0..groups.len()).filter(overlaps).collect())
}

/// The columns that the wanted schema needs; everything when the message has to be rebuilt.
fn projection<R: ChunkReader + 'static>(
    builder: &ParquetRecordBatchReaderBuilder<R>,
    columns: &FileColumns,
    schema: &SchemaRef,
) -> ProjectionMask {
    let mut roots = Vec::new();
    for field in schema.fields() {
        let name = numbers_of(field.name());
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

/// The rows inside the time range.
fn in_range(made: RecordBatch, rows: &Rows, shared: &Shared) -> Result<RecordBatch> {
    let range = shared.range;
    if range.is_unbounded() {
        return Ok(made);
    }
    let times = rows.times("start")?;
    Statistics::add(&shared.statistics.timeless, times.null_count() as u64);
    let keep = times
        .iter()
        .map(|time| Some(time.is_some_and(|time| range.contains(time))))
        .collect();
    filter_record_batch(&made, &keep).map_err(DataFusionError::from)
}

#[cfg(test)]
mod tests;
