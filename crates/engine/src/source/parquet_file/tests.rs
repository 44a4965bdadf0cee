//! Damaged Parquet files, and files in buckets.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, StringArray};
use arrow::datatypes::{Field, Schema};
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use tokio::runtime::Runtime;

use flowgauge_event::TimeRange;

use super::*;
use crate::error::input_error;
use crate::types;

/// The first second.
const FIRST: i64 = 1_714_521_600;

/// A flow log of so many rows, a second apart, in row groups of so many.
fn flow_log(rows: i32, group: usize, compression: Compression) -> Vec<u8> {
    let addresses: ArrayRef =
        Arc::new(StringArray::from_iter((0..rows).map(|row| {
            (row % 7 > 0).then(|| format!("10.0.{row}.{}", row % 5))
        })));
    let ports: ArrayRef = Arc::new(Int32Array::from_iter(
        (0..rows).map(|row| (row % 11 > 0).then_some(row)),
    ));
    let starts: ArrayRef = Arc::new(Int64Array::from_iter_values(
        (0..rows).map(|row| FIRST + i64::from(row)),
    ));
    let columns = [
        ("srcaddr", addresses),
        ("srcport", ports),
        ("start", starts),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group))
        .set_compression(compression)
        .build();
    let mut file = Vec::new();
    let mut writer =
        ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    file
}

fn entry(location: Location) -> Entry {
    Entry {
        location,
        name: "flow.parquet".to_owned(),
        size: None,
        membership: Arc::default(),
    }
}

/// Reads the rows from a second on, and counts them; an error must be about the file.
fn rows_from(
    second: i64,
    entry: &Entry,
    statistics: &Arc<Statistics>,
    runtime: &Runtime,
) -> Option<usize> {
    let shared = Shared {
        inputs: Arc::new(vec![entry.clone()]),
        range: TimeRange {
            start: Some((FIRST + second) * 1000),
            end: None,
        },
        skip_bad: false,
        newest_first: false,
        statistics: Arc::clone(statistics),
    };
    let schema = Arc::new(Schema::new(vec![Field::new("@message", types::TEXT, true)]));
    let mut rows = 0;
    let handle = runtime.handle();
    let names = field_names(entry, handle);
    let read = read(0, entry, &schema, &shared, handle, &mut |batch| {
        rows += batch.num_rows();
        Ok(true)
    });
    match read {
        Ok(_) => {
            assert!(names.is_ok(), "{names:?}");
            Some(rows)
        }
        Err(error) => {
            let input = input_error(&error);
            let named = input.is_some_and(|input| input.path == "flow.parquet");
            assert!(named, "{error}");
            None
        }
    }
}

#[test]
fn a_changed_byte_is_an_error_of_the_file_at_most() {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("flow.parquet");
    let file = entry(Location::File(path.clone()));
    let statistics = Arc::default();
    let zstd = Compression::ZSTD(ZstdLevel::default());
    for compression in [Compression::UNCOMPRESSED, zstd] {
        let whole = flow_log(60, 25, compression);
        std::fs::write(&path, &whole).expect("written");
        assert_eq!(rows_from(10, &file, &statistics, &runtime), Some(50));
        let mut damaged = 0;
        for at in 0..whole.len() {
            for change in [0x01, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] ^= change;
                std::fs::write(&path, &bytes).expect("written");
                damaged += usize::from(rows_from(10, &file, &statistics, &runtime).is_none());
            }
        }
        assert!(damaged > whole.len() / 4, "{damaged}");
    }
}

#[test]
fn of_an_object_only_what_is_needed_is_fetched() {
    let runtime = Runtime::new().expect("a runtime");
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let key = object_store::path::Path::from("flow.parquet");
    let put = |file: Vec<u8>| runtime.block_on(store.put(&key, file.into()));
    let file = flow_log(100_000, 10_000, Compression::UNCOMPRESSED);
    let size = file.len() as u64;
    put(file).expect("stored");
    let object = entry(Location::Object {
        store: Arc::clone(&store),
        key: key.clone(),
    });
    let fetched = |second| {
        let statistics = Arc::new(Statistics::default());
        let rows = rows_from(second, &object, &statistics, &runtime);
        assert_eq!(rows, Some(100_000 - second as usize));
        statistics
            .bytes_read
            .load(std::sync::atomic::Ordering::Relaxed)
    };
    let (whole, end) = (fetched(0), fetched(95_000));
    assert!(
        (size..size + size / 5).contains(&whole),
        "{whole} of {size}"
    );
    assert!((size / 12..size / 4).contains(&end), "{end} of {size}");

    // An object that is replaced while it is read is no longer the same file.
    let opened = ObjectFile::open(&store, &key, runtime.handle(), None).expect("there");
    put(flow_log(100_000, 10_000, Compression::SNAPPY)).expect("stored");
    assert!(opened.get_bytes(4, 8).is_err());
    assert!(opened.failure().is_some());
}
