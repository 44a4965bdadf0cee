//! How many rows come back, and how much is read for them.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::{Place, flow_log, gzip, scanned};

#[test]
fn a_missing_limit_is_ten_thousand_and_says_so() {
    let place = Place::new();
    place.write("a.log", flow_log(0..10_001));
    let ran = place.run(&["query", "-o", "ndjson", "fields bytes", "a.log"]);
    let out = ran.warned("warning: only the first 10000 rows are shown; add `| limit N`");
    assert_eq!(out.lines().count(), 10_000);
    for query in ["fields bytes | limit 100000", "fields bytes | limit 10001"] {
        let ran = place.run(&["query", "-o", "ndjson", query, "a.log"]);
        assert_eq!(ran.quiet().lines().count(), 10_001);
    }
    place.write("b.log", flow_log(0..10_000));
    let ran = place.run(&["query", "-o", "ndjson", "fields bytes", "b.log"]);
    assert_eq!(ran.quiet().lines().count(), 10_000);
    place
        .run(&["query", "fields bytes | limit 100001", "a.log"])
        .failed(1, &["100000"]);
}

#[test]
fn any_rows_end_the_reading_early() {
    let place = Place::new();
    let text = flow_log(0..300_000);
    place.write("a.log", &text);
    place.write("a.log.gz", gzip(&text));
    for name in ["a.log", "a.log.gz"] {
        let ran = place.run(&[
            "query",
            "--stats",
            "-o",
            "ndjson",
            "fields bytes | limit any 5",
            name,
        ]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(ran.out.lines().count(), 5);
        let read = scanned(&ran.err);
        assert!(
            read < 150_000,
            "{read} records of 300000 were read from {name}"
        );
    }
}

#[test]
fn a_reader_that_stops_is_no_failure() {
    let place = Place::new();
    place.write("a.log", flow_log(0..100_000));
    for arguments in [
        &[
            "query",
            "-o",
            "ndjson",
            "fields @message | limit 100000",
            "a.log",
        ][..],
        &[
            "query",
            "-o",
            "csv",
            "fields @message | limit 100000",
            "a.log",
        ],
        &["query", "fields @message | limit 100000", "a.log"],
        &["filter", "ACCEPT", "a.log"],
        &["help", "stats"],
    ] {
        let mut child = place.command(arguments).spawn().expect("the program runs");
        let stdout = child.stdout.take().expect("it was asked for");
        let mut first = String::new();
        // The reader, and with it the pipe, is gone after one line.
        BufReader::new(stdout)
            .read_line(&mut first)
            .expect("a line");
        assert!(!first.is_empty(), "{arguments:?}");
        let ended = child.wait_with_output().expect("the program ends");
        assert_eq!(ended.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{arguments:?}");
    }
    // A pipe that nobody ever reads.
    let mut child = place
        .command(&["query", "fields @message | limit 100000", "a.log"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("the program ends");
    assert_eq!(ended.status.code(), Some(0));
}
