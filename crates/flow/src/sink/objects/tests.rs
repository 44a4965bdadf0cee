use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;

use super::place::{Folder, PutError};
use super::*;
use crate::sink::tests_support::{inventory, no_data, record, window};

/// A place in memory.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl Place for Shelf {
    fn name(&self, key: &str) -> String {
        key.to_owned()
    }

    fn put(&mut self, key: &str, content: &Bytes) -> Result<(), PutError> {
        let mut shelf = self.0.lock().expect("no panic");
        shelf.insert(key.to_owned(), content.to_vec());
        Ok(())
    }
}

impl Shelf {
    /// Stamps of the objects, and their lines.
    fn objects(&self) -> Vec<(String, Vec<String>)> {
        let shelf = self.0.lock().expect("no panic");
        let content = |(key, bytes): (&String, &Vec<u8>)| {
            let mut text = String::new();
            flate2::bufread::GzDecoder::new(bytes.as_slice())
                .read_to_string(&mut text)
                .expect("gzip");
            let stamp = key.split('_').nth(4).expect("a stamp").to_owned();
            (stamp, text.lines().map(str::to_owned).collect())
        };
        shelf.iter().map(content).collect()
    }
}

fn layout() -> KeyLayout {
    KeyLayout {
        account: "123456789012".to_owned(),
        region: "eu-west-1".to_owned(),
        flow_log: "fl-1".to_owned(),
        hive: false,
        hourly: false,
    }
}

fn patience() -> Patience {
    Patience {
        pause: Duration::ZERO,
        give_up_after: Duration::ZERO,
        memory: 1_000_000,
    }
}

fn objects(encoding: Encoding, place: Box<dyn Place>) -> Objects {
    let format = RecordFormat::parse("${interface-id} ${dstport} ${end}").expect("a format");
    Objects::new(layout(), encoding, format, place, patience())
}

#[test]
fn an_object_holds_what_ended_in_its_five_minutes() {
    let shelf = Shelf::default();
    let mut sink = objects(Encoding::Gzip, Box::new(shelf.clone()));
    let inventory = inventory();
    let mut write = |closed| sink.write(&closed, &inventory).expect("memory");
    // 1970-01-01T00:04: the last window of the first slot; by end, then by interface.
    let last = vec![
        record(0, 3, 299),
        record(0, 1, 250),
        record(1, 2, 250),
        no_data(1, 240),
    ];
    write(window(0, vec![record(0, 80, 7)]));
    assert!(shelf.objects().is_empty());
    write(window(240, last));
    assert_eq!(shelf.objects().len(), 1);
    write(window(300, vec![record(0, 22, 300)]));
    // Late, after its object was written.
    write(window(360, vec![record(1, 23, 299)]));
    sink.finish().expect("memory");
    let head = "interface-id dstport end";
    let found = shelf.objects();
    let mut lines: Vec<(&str, Vec<&str>)> = found
        .iter()
        .map(|(stamp, lines)| {
            assert_eq!(lines[0], head);
            (
                stamp.as_str(),
                lines[1..].iter().map(String::as_str).collect(),
            )
        })
        .collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            (
                "19700101T0000Z",
                vec![
                    "eni-0 80 7",
                    "eni-0 1 250",
                    "eni-1 2 250",
                    "eni-0 3 299",
                    "eni-1 - 299"
                ]
            ),
            ("19700101T0000Z", vec!["eni-1 23 299"]),
            ("19700101T0005Z", vec!["eni-0 22 300"]),
        ]
    );
}

#[test]
fn a_large_object_is_cut() {
    let shelf = Shelf::default();
    let mut sink = objects(Encoding::Gzip, Box::new(shelf.clone()));
    sink.cut = 20_000;
    let mut state = 1_u32;
    let records: Vec<FlowRecord> = (0..40_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            record(0, (state >> 16) as u16, i64::from(state >> 8) % 300)
        })
        .collect();
    sink.write(&window(0, records), &inventory())
        .expect("memory");
    sink.finish().expect("memory");
    let found = shelf.objects();
    let sizes: Vec<usize> = shelf
        .0
        .lock()
        .expect("no panic")
        .values()
        .map(Vec::len)
        .collect();
    assert!(found.len() > 2, "{sizes:?}");
    // What the encoder still holds when the size is reached comes on top.
    assert!(sizes.iter().all(|size| *size < 60_000), "{sizes:?}");
    let lines: usize = found.iter().map(|(_, lines)| lines.len() - 1).sum();
    assert_eq!(lines, 40_000);
}

#[test]
fn a_full_disk_is_told_with_the_count_of_records() {
    // A file where a folder should be stands for any folder that cannot be written to.
    let folder = tempfile::tempdir().expect("a folder");
    let place = Folder::new(folder.path());
    std::fs::write(folder.path().join("AWSLogs"), "").expect("space");
    let mut sink = objects(Encoding::Gzip, Box::new(place));
    let closed = window(0, vec![record(0, 80, 7), record(0, 81, 8)]);
    sink.write(&closed, &inventory()).expect("memory");
    let problem = sink.finish().expect_err("no folder").to_string();
    let key = "AWSLogs/123456789012/vpcflowlogs/eu-west-1/1970/01/01/";
    assert!(
        problem.contains(key) && problem.ends_with("; 2 records are lost"),
        "{problem}"
    );
    // The next object is tried on its own account.
    std::fs::remove_file(folder.path().join("AWSLogs")).expect("it is there");
    sink.write(&closed, &inventory()).expect("memory");
    sink.finish().expect("space");
    assert!(Path::new(&folder.path().join(key)).is_dir());
}
