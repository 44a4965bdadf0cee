//! Records as Parquet (flow log spec 1.2 and 2.4): integer columns with nulls, text columns with `-`,
//! names with underscores, pages compressed with gzip.
//!
//! The columns are filled from the line, so that text and Parquet never say different things.

use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Builder, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use flowgauge_format::flow_fields::{FieldId, FieldKind};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel};
use parquet::file::properties::WriterProperties;

use crate::record_format::RecordFormat;

/// Records that are encoded at once.
const BATCH: usize = 8_192;
/// Records of a row group.
const ROW_GROUP: usize = 128 * 1_024;

/// The columns of one object.
pub(super) struct Columns<W: Write + Send> {
    schema: Arc<Schema>,
    columns: Vec<Column>,
    rows: usize,
    writer: ArrowWriter<W>,
}

enum Column {
    Int32(Int32Builder),
    Int64(Int64Builder),
    Text(StringBuilder),
}

impl Column {
    fn new(kind: FieldKind) -> Column {
        match kind {
            FieldKind::Int32 => Column::Int32(Int32Builder::new()),
            FieldKind::Int64 => Column::Int64(Int64Builder::new()),
            FieldKind::Text => Column::Text(StringBuilder::new()),
        }
    }

    /// Appends a value as the line has it. `-` is no integer, nor is one that is too large: counts of
    /// more than 63 bits.
    fn append(&mut self, value: &str) {
        match self {
            Column::Int32(column) => column.append_option(value.parse().ok()),
            Column::Int64(column) => column.append_option(value.parse().ok()),
            Column::Text(column) => column.append_value(value),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Column::Int32(column) => Arc::new(column.finish()),
            Column::Int64(column) => Arc::new(column.finish()),
            Column::Text(column) => Arc::new(column.finish()),
        }
    }
}

impl<W: Write + Send> Columns<W> {
    /// Begins a file with these fields. A field that stands twice has a number behind its second
    /// name, because readers of Parquet want names to be unique.
    pub(super) fn new(format: &RecordFormat, writer: W) -> io::Result<Columns<W>> {
        let fields: Vec<FieldId> = format.fields().collect();
        let mut named = Vec::new();
        for (place, id) in fields.iter().enumerate() {
            let field = id.field();
            let name = field.id.replace('-', "_");
            let before = fields[..place].iter().filter(|other| *other == id).count();
            let name = match before {
                0 => name,
                _ => format!("{name}_{}", before + 1),
            };
            let kind = match field.kind {
                FieldKind::Int32 => DataType::Int32,
                FieldKind::Int64 => DataType::Int64,
                FieldKind::Text => DataType::Utf8,
            };
            named.push(Field::new(name, kind, true));
        }
        let schema = Arc::new(Schema::new(named));
        let properties = WriterProperties::builder()
            .set_compression(Compression::GZIP(GzipLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .build();
        let writer = ArrowWriter::try_new(writer, Arc::clone(&schema), Some(properties))?;
        Ok(Columns {
            schema,
            columns: fields
                .iter()
                .map(|id| Column::new(id.field().kind))
                .collect(),
            rows: 0,
            writer,
        })
    }

    /// Adds a record by its line.
    pub(super) fn line(&mut self, line: &[u8]) -> io::Result<()> {
        let line = std::str::from_utf8(line).map_err(io::Error::other)?;
        for (column, value) in self.columns.iter_mut().zip(line.split(' ')) {
            column.append(value);
        }
        self.rows += 1;
        if self.rows == BATCH {
            self.encode()?;
        }
        Ok(())
    }

    fn encode(&mut self) -> io::Result<()> {
        let arrays = self.columns.iter_mut().map(Column::finish).collect();
        let batch =
            RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(io::Error::other)?;
        self.rows = 0;
        Ok(self.writer.write(&batch)?)
    }

    /// Bytes of the finished row groups and, about, of the one under way.
    pub(super) fn size(&self) -> usize {
        self.writer.bytes_written() + self.writer.in_progress_size()
    }

    /// Writes what is left and the footer.
    pub(super) fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.encode()?;
        }
        Ok(self.writer.into_inner()?)
    }
}
