//! Parquet in and out.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, FixedSizeBinaryArray, Float64Array, Int32Array,
    Int64Array, ListArray, RecordBatch, StringArray, StructArray, UInt64Array,
};
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::support::{EPOCH, Place, flow_log};

fn write(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let file = File::create(path).expect("the file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
}

/// Columns as AWS delivers them: underscores, INT32 and INT64, null for what does not apply.
fn flow_columns() -> Vec<(&'static str, ArrayRef)> {
    let text = |values: Vec<Option<&str>>| Arc::new(StringArray::from(values)) as ArrayRef;
    vec![
        ("version", Arc::new(Int32Array::from(vec![2, 2, 2]))),
        ("account_id", text(vec![Some("123456789010"); 3])),
        (
            "interface_id",
            text(vec![Some("eni-1"), Some("eni-1"), Some("eni-2")]),
        ),
        (
            "srcaddr",
            text(vec![Some("10.0.0.1"), Some("10.0.0.2"), None]),
        ),
        (
            "dstport",
            Arc::new(Int32Array::from(vec![Some(22), Some(443), None])),
        ),
        (
            "bytes",
            Arc::new(Int64Array::from(vec![Some(40), Some(60), None])),
        ),
        (
            "start",
            Arc::new(Int64Array::from(vec![EPOCH, EPOCH + 10, EPOCH + 20])),
        ),
        ("action", text(vec![Some("REJECT"), Some("ACCEPT"), None])),
    ]
}

#[test]
fn flow_logs_in_parquet() {
    let place = Place::new();
    write(&place.path("a.parquet"), flow_columns());
    let query =
        "fields @timestamp, srcAddr, dstPort, bytes, @logStream, @message | sort @timestamp";
    assert_eq!(
        place.ask(query, &["a.parquet"]),
        "@timestamp,srcAddr,dstPort,bytes,@logStream,@message\n\
         2024-05-01 00:00:00.000,10.0.0.1,22,40,eni-1-all,2 123456789010 eni-1 10.0.0.1 22 40 1714521600 REJECT\n\
         2024-05-01 00:00:10.000,10.0.0.2,443,60,eni-1-all,2 123456789010 eni-1 10.0.0.2 443 60 1714521610 ACCEPT\n\
         2024-05-01 00:00:20.000,-,-,-,eni-2-all,2 123456789010 eni-2 - - - 1714521620 -\n"
    );
    let ran = place.run(&[
        "query",
        "-o",
        "csv",
        "--start",
        "2024-05-01T00:00:10Z",
        "--end",
        "2024-05-01T00:00:10Z",
        "stats sum(bytes) as s",
        "a.parquet",
    ]);
    assert_eq!(ran.quiet(), "s\n60\n");
    assert_eq!(
        place.run(&["filter", "-c", "REJECT", "a.parquet"]).quiet(),
        "1\n"
    );
    let ran = place.run(&["fields", "-o", "csv", "a.parquet"]);
    assert!(ran.quiet().contains("srcAddr,"), "{ran:?}");
    // Beside a text file.
    place.write("b.log", flow_log(0..3));
    assert_eq!(
        place.ask("stats count(*) as n, sum(bytes) as s", &["."]),
        "n,s\n6,103\n"
    );
}

/// As conversions of the text files name them.
#[test]
fn columns_with_hyphens_and_capitals() {
    let place = Place::new();
    let columns: Vec<_> = flow_columns()
        .into_iter()
        .map(|(name, values)| (name.replace('_', "-").to_uppercase(), values))
        .collect();
    let columns = columns.iter();
    let columns = columns.map(|(name, values)| (name.as_str(), Arc::clone(values)));
    write(&place.path("a.parquet"), columns.collect());
    let query = "filter dstPort = 22 | fields srcAddr, interfaceId, bytes, `account-id`";
    assert_eq!(
        place.ask(query, &["a.parquet"]),
        "srcAddr,interfaceId,bytes,account-id\n10.0.0.1,eni-1,40,123456789010\n"
    );
}

/// What conversions add: structures, lists, bytes, and a name that flow logs have for something else.
#[test]
fn columns_that_are_no_texts() {
    let place = Place::new();
    let inner: ArrayRef = Arc::new(StringArray::from(vec![Some("a\"b"), None, Some("c")]));
    let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true, false, true]));
    let structure = StructArray::try_from(vec![("k", inner), ("f", flags)]).expect("columns");
    let rows = [Some(vec![Some(1), None]), Some(vec![]), None];
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>(rows);
    let bytes = FixedSizeBinaryArray::try_from_iter([[1_u8, 255], [2, 3], [4, 5]].iter());
    let mut columns = flow_columns();
    columns.push(("pod", Arc::new(structure)));
    columns.push(("tags", Arc::new(list)));
    columns.push(("digest", Arc::new(bytes.expect("of one length"))));
    write(&place.path("a.parquet"), columns);
    let query = "fields pod, tags, digest | sort @timestamp";
    assert_eq!(
        place.ask(query, &["a.parquet"]),
        "pod,tags,digest\n\
         \"{\"\"k\"\":\"\"a\\\"\"b\"\",\"\"f\"\":true}\",\"[1,null]\",01ff\n\
         \"{\"\"k\"\":null,\"\"f\"\":false}\",[],0203\n\
         \"{\"\"k\"\":\"\"c\"\",\"\"f\"\":true}\",-,0405\n"
    );
    let ran = place.run(&["filter", "ACCEPT", "a.parquet"]);
    assert!(
        ran.quiet()
            .ends_with(" ACCEPT {\"k\":null,\"f\":false} [] 0203\n"),
        "{ran:?}"
    );
    let query = "stats count(*) as n by @data_source_type, @data_format";
    let expected = "@data_source_type,@data_format,n\nflow,Custom,3\n";
    assert_eq!(place.ask(query, &["a.parquet"]), expected);
}

#[test]
fn transit_gateways_in_parquet() {
    let place = Place::new();
    let text = |value: &str| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let columns = vec![
        ("resource_type", text("TransitGateway")),
        ("tgw_id", text("tgw-1")),
        ("start", Arc::new(Int64Array::from(vec![EPOCH])) as ArrayRef),
    ];
    write(&place.path("a.parquet"), columns);
    let query = "fields tgwId, @data_source_type";
    let expected = "tgwId,@data_source_type\ntgw-1,tgw_flow\n";
    assert_eq!(place.ask(query, &["a.parquet"]), expected);
}

#[test]
fn parquet_that_cannot_be_read() {
    let place = Place::new();
    write(&place.path("whole.parquet"), flow_columns());
    let bytes = std::fs::read(place.path("whole.parquet")).expect("written");
    place.write("cut.parquet", &bytes[..bytes.len() / 2]);
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    write(&place.path("other.parquet"), vec![("colour", numbers)]);
    for (name, words) in [
        ("cut.parquet", "the Parquet file is damaged or truncated"),
        (
            "other.parquet",
            "this Parquet file has no column of a flow log",
        ),
    ] {
        for command in [
            &["query", "stats count(*) as n"][..],
            &["filter", "x"],
            &["fields"],
        ] {
            let ran = place.run(&[command, &[name]].concat());
            ran.failed(2, &[name, words]);
        }
        let ran = place.run(&[
            "query",
            "--skip-bad-files",
            "-o",
            "csv",
            "stats count(*) as n",
            name,
            "whole.parquet",
        ]);
        assert_eq!(ran.warned(&format!("skipped {name}: {words}")), "n\n3\n");
    }
    let ran = place.pipe(&bytes, &["query", "stats count(*) as n", "-"]);
    ran.failed(2, &["name the file"]);
    let ran = place.pipe(&bytes, &["filter", "x", "-"]);
    ran.failed(2, &["name the file"]);
}

#[test]
fn results_as_parquet() {
    let place = Place::new();
    place.write("a.log", flow_log(0..5));
    let query = "stats count(*) as n, avg(bytes) as mean by bin(1h) as t, action";
    place
        .run(&[
            "query",
            "-o",
            "parquet",
            "--output-file",
            "out.parquet",
            query,
            "a.log",
        ])
        .quiet();
    let file = File::open(place.path("out.parquet")).expect("written");
    let mut batches = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.build())
        .expect("Parquet");
    let batch = batches.next().expect("a batch").expect("readable");
    let schema = batch.schema();
    let names: Vec<&str> = schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    assert_eq!(names, ["t", "action", "n", "mean"]);
    assert_eq!(batch.column(1).as_string::<i32>().value(1), "REJECT");
    assert_eq!(
        batch.column(2).as_primitive::<Int64Type>().values(),
        &[3, 2]
    );
    let mean = batch.column(3);
    match mean.data_type() {
        DataType::Float64 => assert_eq!(mean.as_primitive::<Float64Type>().values(), &[2.0, 2.0]),
        other => assert_eq!(*other, DataType::Int64),
    }
    assert_eq!(
        *batch.column(0).data_type(),
        DataType::Timestamp(TimeUnit::Millisecond, None)
    );
    // An empty result is a file, too.
    let ran = place.run(&[
        "query",
        "-o",
        "parquet",
        "--output-file",
        "none.parquet",
        "filter bytes > 100 | fields srcAddr",
        "a.log",
    ]);
    ran.quiet();
    let file = File::open(place.path("none.parquet")).expect("written");
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
    assert_eq!(builder.metadata().file_metadata().num_rows(), 0);
}

#[test]
fn times_of_tables() {
    let place = Place::new();
    let seconds: ArrayRef = Arc::new(Int64Array::from(vec![EPOCH, EPOCH + 86_400]));
    for unit in [
        TimeUnit::Second,
        TimeUnit::Millisecond,
        TimeUnit::Microsecond,
        TimeUnit::Nanosecond,
    ] {
        let in_seconds = DataType::Timestamp(TimeUnit::Second, None);
        let times = arrow::compute::cast(&seconds, &in_seconds).expect("times");
        let times = arrow::compute::cast(&times, &DataType::Timestamp(unit, None)).expect("times");
        let bytes: ArrayRef = Arc::new(Int64Array::from(vec![5, 7]));
        write(
            &place.path("times.parquet"),
            vec![("bytes", bytes), ("start", times)],
        );
        let query = "fields @timestamp, start, start + 1 as next, bytes | sort @timestamp";
        assert_eq!(
            place.ask(query, &["times.parquet"]),
            "@timestamp,start,next,bytes\n\
             2024-05-01 00:00:00.000,1714521600,1714521601,5\n\
             2024-05-02 00:00:00.000,1714608000,1714608001,7\n",
            "{unit:?}"
        );
        for (start, end, shown) in [
            ("2024-04-01", "2024-06-01", "s\n12\n"),
            ("2024-05-01T12:00:00Z", "2024-06-01", "s\n7\n"),
            ("2024-05-03", "2024-06-01", "s\n"),
        ] {
            let question = "stats sum(bytes) as s | filter s > 0";
            let window = ["query", "-o", "csv", "--start", start, "--end", end];
            let ran = place.run(&[&window[..], &[question, "times.parquet"]].concat());
            assert_eq!(ran.quiet(), shown, "{unit:?} {start}");
        }
    }
}

#[test]
fn numbers_of_other_types() {
    let place = Place::new();
    let start = || Arc::new(Int64Array::from(vec![EPOCH; 3])) as ArrayRef;
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.5), Some(1.0), None]));
    write(
        &place.path("floats.parquet"),
        vec![("bytes", floats), ("start", start())],
    );
    let large: ArrayRef = Arc::new(UInt64Array::from(vec![Some(u64::MAX), Some(1), None]));
    write(
        &place.path("large.parquet"),
        vec![("bytes", large), ("start", start())],
    );
    let query = "stats sum(bytes) as s, max(bytes) as m, sum(bytes = 1) as ones, \
                 sum(bytes > 1) as more, sum(bytes != 1) as others, count(bytes + 1) as n";
    for (file, shown) in [
        ("floats.parquet", "2.5,1.5,1,1,2,2\n"),
        (
            "large.parquet",
            "18446744073709551616,18446744073709551615,1,1,2,2\n",
        ),
    ] {
        let found = place.ask(query, &[file]);
        assert_eq!(found, format!("s,m,ones,more,others,n\n{shown}"), "{file}");
    }
}
