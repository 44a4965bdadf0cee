#![cfg(feature = "parquet")]

use std::sync::Arc;

use ::bytes::Bytes;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::basic::Compression as Codec;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Int32Type, Int64Type};

use super::super::tests_support::{inventory, no_data, record};
use super::*;

fn read(
    content: Vec<u8>,
) -> (
    Vec<RecordBatch>,
    Arc<::parquet::file::metadata::ParquetMetaData>,
) {
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(Bytes::from(content)).expect("a Parquet file");
    let metadata = Arc::clone(builder.metadata());
    let batches = builder.build().expect("a reader");
    (
        batches.map(|batch| batch.expect("rows")).collect(),
        metadata,
    )
}

#[test]
fn parquet_has_the_types_and_names_of_aws() {
    let format = RecordFormat::parse(
        "${version} ${interface-id} ${srcaddr} ${dstport} ${packets} ${log-status} ${tcp-flags} ${interface-id}",
    )
    .expect("a format");
    let mut encoder = Encoder::new(Encoding::Parquet, &format, Vec::new()).expect("memory");
    let inventory = inventory();
    let mut printer = format.printer(&inventory);
    for one in [record(0, 22, 70), no_data(1, 60)] {
        encoder.record(&one, &mut printer).expect("memory");
    }
    let (batches, metadata) = read(encoder.finish().expect("memory"));
    let batch = &batches[0];
    let columns: Vec<(&str, &DataType)> = batch
        .schema_ref()
        .fields()
        .iter()
        .map(|field| (field.name().as_str(), field.data_type()))
        .collect();
    use DataType::{Int32, Int64, Utf8};
    assert_eq!(
        columns,
        [
            ("version", &Int32),
            ("interface_id", &Utf8),
            ("srcaddr", &Utf8),
            ("dstport", &Int32),
            ("packets", &Int64),
            ("log_status", &Utf8),
            ("tcp_flags", &Int32),
            ("interface_id_2", &Utf8),
        ]
    );
    // Integers that are not known are null, texts are a hyphen.
    let texts = |place: usize| {
        let column = batch.column(place).as_string::<i32>();
        (column.value(0).to_owned(), column.value(1).to_owned())
    };
    let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(texts(1), text("eni-0", "eni-1"));
    assert_eq!(texts(2), text("192.0.2.1", "-"));
    assert_eq!(texts(5), text("OK", "NODATA"));
    let ports = batch.column(3).as_primitive::<Int32Type>();
    assert_eq!((ports.value(0), ports.is_null(1)), (22, true));
    let packets = batch.column(4).as_primitive::<Int64Type>();
    assert_eq!((packets.value(0), packets.is_null(1)), (3, true));
    let codec = metadata.row_group(0).column(0).compression();
    assert!(matches!(codec, Codec::GZIP(_)), "{codec}");
}

#[test]
fn many_records_are_many_row_groups() {
    let format = RecordFormat::default();
    let mut encoder = Encoder::new(Encoding::Parquet, &format, Vec::new()).expect("memory");
    let one = record(0, 22, 70);
    let inventory = inventory();
    let mut printer = format.printer(&inventory);
    for _ in 0..140_000 {
        encoder.record(&one, &mut printer).expect("memory");
    }
    let size = encoder.size();
    let content = encoder.finish().expect("memory");
    assert!(size > 0 && size < 2 * content.len() + 1_000_000);
    let (batches, metadata) = read(content);
    assert_eq!(metadata.num_row_groups(), 2);
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    assert_eq!(rows, 140_000);
}
