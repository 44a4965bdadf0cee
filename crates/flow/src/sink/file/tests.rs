use std::io::Read;

use super::super::tests_support::{inventory, no_data, record, window};
use super::*;

const TEXT: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n\
    2 123456789012 eni-0 192.0.2.1 10.0.0.0 40000 22 6 3 120 65 70 ACCEPT OK\n\
    2 123456789012 eni-1 - - - - - - - 60 119 - NODATA\n";

fn write(path: &Path) -> Result<(), SinkError> {
    let mut sink = OneFile::create(path, &RecordFormat::default())?;
    let closed = window(60, vec![record(0, 22, 70), no_data(1, 60)]);
    sink.write(&closed, &inventory())?;
    sink.finish()
}

#[test]
fn the_ending_of_the_name_decides() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = folder.path().join("flows.log");
    write(&plain).expect("space");
    assert_eq!(fs::read_to_string(&plain).expect("text"), TEXT);
    let zipped = folder.path().join("flows.log.gz");
    write(&zipped).expect("space");
    let mut text = String::new();
    // The decoder of a single member: nothing may follow it.
    let bytes = fs::read(&zipped).expect("bytes");
    let mut decoder = flate2::bufread::GzDecoder::new(bytes.as_slice());
    decoder.read_to_string(&mut text).expect("gzip");
    assert_eq!(text, TEXT);
    assert!(decoder.into_inner().is_empty());
    let problem = write(&folder.path().join("flows.zst")).expect_err("no Zstandard");
    assert!(problem.to_string().contains("choose a name"), "{problem}");
}

#[test]
fn a_name_stands_for_a_complete_file_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("flows.log");
    let mut sink = OneFile::create(&path, &RecordFormat::default()).expect("space");
    sink.write(&window(60, vec![record(0, 22, 70)]), &inventory())
        .expect("space");
    assert!(!path.exists());
    // A process that is killed leaves what it had under the hidden name.
    drop(sink);
    assert!(!path.exists());
    let part = fs::read_to_string(folder.path().join(".flows.log.part")).expect("a file");
    assert!(TEXT.starts_with(&part) && part.ends_with("OK\n"), "{part}");
}

#[cfg(target_os = "linux")]
#[test]
fn devices_are_written_to_and_may_be_full() {
    write(Path::new("/dev/null")).expect("a device");
    let problem = write(Path::new("/dev/full")).expect_err("no space");
    assert!(
        problem.to_string().starts_with("/dev/full: No space left"),
        "{problem}"
    );
    let problem = write(Path::new("/no/such/folder/x")).expect_err("no folder");
    assert!(
        problem
            .to_string()
            .contains("/no/such/folder/x: No such file")
    );
}
