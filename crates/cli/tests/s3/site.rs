//! What is in the buckets.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;

use super::proxy::{CUT_ALWAYS, CUT_ONCE, ELSEWHERE};

/// 2024-05-01 00:00:00 UTC, seconds.
const MIDNIGHT: i64 = 1_714_521_600;
/// How many objects the server lists at once.
pub const PAGE: &str = "40";
/// Objects of the bucket `many`: three pages.
pub const MANY: usize = 105;

/// The folders of a layout; date and hour are put in.
const PLAIN: &str = "AWSLogs/123456789012/vpcflowlogs/eu-west-1";
const HIVE: &str =
    "AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=eu-west-1";

/// Hours after [`MIDNIGHT`] of which there is an object, in every layout.
pub const HOURS: [i64; 5] = [9, 10, 11, 23, 34];

/// Writes the buckets below a folder.
pub fn write(folder: &Path) {
    let flows = folder.join("flows");
    for hour in HOURS {
        let (day, of_day) = (1 + hour / 24, hour % 24);
        let name =
            format!("123456789012_vpcflowlogs_eu-west-1_fl-1_202405{day:02}T{of_day:02}00Z_x");
        let text = gzip(&records(hour));
        for layout in [
            format!("plain/{PLAIN}/2024/05/{day:02}"),
            format!("hourly/{PLAIN}/2024/05/{day:02}/{of_day:02}"),
            format!("hive/{HIVE}/year=2024/month=05/day={day:02}/hour={of_day:02}"),
        ] {
            put(&flows.join(layout).join(format!("{name}.log.gz")), &text);
        }
        let parquet = format!("parquet/{PLAIN}/2024/05/{day:02}/{name}.log.parquet");
        put(&flows.join(parquet), &parquet_records(hour));
    }
    let notes = folder.join("notes");
    put(&notes.join("app.log"), b"one\n");
    put(&notes.join("app.log.1"), b"one\ntwo\n");
    put(
        &notes.join("app with space/[$LATEST]50%.log"),
        b"one\ntwo\nthree\n",
    );
    fs::create_dir_all(notes.join("empty")).expect("a folder");
    // The server takes these signs for slashes, which no file name has.
    let slashes = folder.join("slashes");
    put(&slashes.join("∕lead.log"), b"one\ntwo\nthree\nfour\n");
    put(&slashes.join("p/x.log"), b"one\ntwo\nthree\n");
    put(&slashes.join("p/∕x.log"), b"one\n");
    put(&slashes.join("p/∕y.log"), b"one\ntwo\n");
    // Text that does not shrink much, so that it breaks off before its end.
    let mut state: u64 = 1;
    let mut noise = String::new();
    for line in 0..5000 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        noise.push_str(&format!("{line} {state:x}\n"));
    }
    for bucket in [CUT_ONCE, CUT_ALWAYS] {
        put(&folder.join(bucket).join("noise.gz"), &gzip(&noise));
    }
    put(&folder.join(ELSEWHERE).join("app.log"), b"one\n");
    for number in 0..MANY {
        put(&folder.join(format!("many/{number:04}.log")), b"one\n");
    }
}

fn put(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, content).expect("a file");
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

/// Two flow log records of the first minute after an hour, of `hour` bytes each.
fn records(hour: i64) -> String {
    let start = MIDNIGHT + hour * 3600;
    let end = start + 59;
    let mut text = String::from(
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n",
    );
    for source in 1..=2 {
        text.push_str(&format!(
            "2 123456789012 eni-1 10.0.0.{source} 10.0.1.1 40000 443 6 1 {hour} {start} {end} ACCEPT OK\n"
        ));
    }
    text
}

/// The same records as Parquet.
fn parquet_records(hour: i64) -> Vec<u8> {
    let start = MIDNIGHT + hour * 3600;
    let numbers = |value: i64| Arc::new(Int64Array::from(vec![value; 2])) as ArrayRef;
    let addresses = StringArray::from(vec!["10.0.0.1", "10.0.0.2"]);
    let batch = RecordBatch::try_from_iter([
        ("srcaddr", Arc::new(addresses) as ArrayRef),
        ("bytes", numbers(hour)),
        ("start", numbers(start)),
        ("end", numbers(start + 59)),
    ])
    .expect("columns of one length");
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("a schema");
    writer.write(&batch).expect("memory");
    writer.into_inner().expect("memory")
}
