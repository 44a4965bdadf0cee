//! From decoded columns to Arrow batches, without copying text.
#![allow(unsafe_code)]

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBufferBuilder, Int64Array, RecordBatch, RecordBatchOptions, StringViewArray,
    TimestampMillisecondArray,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::common::Result;
use flowgauge_format::columns::{Column, ColumnData, Columns};
use flowgauge_format::{Facet, Request};

use crate::lower::{POSITION, name_of, numbers_of, piece_of};
use crate::values;

/// Bits of a position that count bytes within an input: a terabyte.
const OFFSET_BITS: u32 = 40;

/// What a column of the scan is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A field from the decoder; the number of its request.
    Field(usize),
    /// The position of the event in input order.
    Position,
}

/// The requests behind the columns of a schema, and what each column is made from.
pub fn requests(schema: &SchemaRef) -> (Vec<Request>, Vec<Wanted>) {
    let mut requests = Vec::new();
    let mut wanted = Vec::new();
    for field in schema.fields() {
        if field.name() == POSITION {
            wanted.push(Wanted::Position);
            continue;
        }
        wanted.push(Wanted::Field(requests.len()));
        requests.push(request(field));
    }
    (requests, wanted)
}

/// The request behind a column.
pub fn request(field: &Field) -> Request {
    let (name, facet) = match (field.data_type(), piece_of(field.name())) {
        (DataType::Struct(_), _) => (numbers_of(field.name()), Facet::Number),
        (DataType::Timestamp(_, _), _) => (name_of(field.name()), Facet::Time),
        (_, Some((at, of))) => ("@message", Facet::Piece { at, of }),
        (_, None) => (name_of(field.name()), Facet::Text),
    };
    Request {
        name: name.to_owned(),
        facet,
    }
}

/// The position of the first event of a block; later ones count up. Every event takes at least a
/// byte, so positions of different blocks never meet.
pub fn first_position(input: usize, offset: u64) -> i64 {
    ((input as i64) << OFFSET_BITS) | (offset as i64 & ((1 << OFFSET_BITS) - 1))
}

/// Makes a batch of the columns decoded from a text, of which the decoder saw what begins at the
/// number beside it.
pub fn batch(
    schema: &SchemaRef,
    wanted: &[Wanted],
    columns: Columns,
    (text, begin): (String, usize),
    position: i64,
) -> Result<RecordBatch> {
    let rows = columns.rows;
    let text = [
        Buffer::from_vec(text.into_bytes()).slice(begin),
        Buffer::from_vec(columns.scratch),
    ];
    let mut fields: Vec<Option<ArrayRef>> = columns
        .columns
        .into_iter()
        .map(|column| Some(array(column, &text)))
        .collect();
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(wanted.len());
    for source in wanted {
        arrays.push(match source {
            Wanted::Position => Arc::new(Int64Array::from_iter_values(
                (0..rows as i64).map(|row| position + row),
            )),
            // Every request stands behind exactly one column.
            Wanted::Field(index) => match fields[*index].take() {
                Some(array) => array,
                None => return datafusion::common::internal_err!("a request serves two columns"),
            },
        });
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(schema),
        arrays,
        &options,
    )?)
}

fn array(column: Column, text: &[Buffer; 2]) -> ArrayRef {
    let nulls = nulls(column.missing(), column.len());
    let facet = column.request.facet;
    let floats = column.floats().to_vec();
    match column.data {
        ColumnData::Text(views) => {
            let buffers: Vec<Buffer> = text.to_vec();
            // SAFETY: decoders make views only through `columns::view`, `block_view` and
            // `scratch_view`, over ranges of the block (buffer 0) and the scratch text (buffer 1),
            // both valid UTF-8 and cut at character boundaries: at separators, which are ASCII, or
            // around whole texts. Builds with debug assertions check every view.
            let views = ScalarBuffer::from(views);
            #[cfg(any(test, debug_assertions))]
            let array =
                StringViewArray::try_new(views, buffers, nulls).expect("decoders make valid views");
            #[cfg(not(any(test, debug_assertions)))]
            let array = unsafe { StringViewArray::new_unchecked(views, buffers, nulls) };
            Arc::new(array)
        }
        ColumnData::Integer(values) if facet == Facet::Time => Arc::new(
            TimestampMillisecondArray::new(ScalarBuffer::from(values), nulls),
        ),
        ColumnData::Integer(values) => {
            let ints = Int64Array::new(ScalarBuffer::from(values), nulls);
            values::number_column(ints, &floats)
        }
    }
}

fn nulls(missing: &[usize], rows: usize) -> Option<NullBuffer> {
    if missing.is_empty() {
        return None;
    }
    if missing.len() == rows {
        return Some(NullBuffer::new_null(rows));
    }
    let mut valid = BooleanBufferBuilder::new(rows);
    valid.append_n(rows, true);
    for &row in missing {
        valid.set_bit(row, false);
    }
    let valid: BooleanBuffer = valid.finish();
    Some(NullBuffer::new(valid))
}
