//! `--explain`, `--stats`, `--param` and exit codes.

use crate::support::{Place, flow_log};

const QUERY: &str =
    "filter action = 'REJECT' | stats sum(bytes) as s by srcAddr | sort s desc | limit 2";

#[test]
fn every_form_of_a_query() {
    let place = Place::new();
    place.write("a.log", flow_log(0..4));
    for (form, part) in [
        ("--explain", "Aggregate {"),
        ("--explain=tokens", "Word            filter"),
        ("--explain=syntax", "filter"),
        ("--explain=pipeline", "Aggregate {"),
        ("--explain=logical", "Aggregate: groupBy="),
        ("--explain=physical", "ScanExec: inputs=1"),
    ] {
        let ran = place.run(&["query", form, QUERY, "a.log"]);
        assert!(ran.quiet().contains(part), "{form}: {}", ran.out);
    }
    // The first forms show what is wrong, too.
    let ran = place.run(&["query", "--explain=syntax", "filter = | limit 1"]);
    assert!(
        ran.out.contains("limit") && ran.err.contains("error"),
        "{ran:?}"
    );
    place
        .run(&["query", "--explain", "filter ="])
        .failed(1, &["error"]);
    place
        .run(&["query", "--explain=logical", QUERY, "missing.log"])
        .failed(2, &["missing.log"]);
}

#[test]
fn statistics_count_what_was_read() {
    let place = Place::new();
    place.write("a.log", flow_log(0..100));
    let bytes = std::fs::metadata(place.path("a.log"))
        .expect("it is there")
        .len();
    let ran = place.run(&[
        "query",
        "--stats",
        "-o",
        "csv",
        "filter action = 'REJECT' | limit 10",
        "a.log",
    ]);
    assert_eq!(ran.out.lines().count(), 11);
    let counts = "10 rows; 50 records matched, 100 scanned, ";
    assert!(ran.err.starts_with(counts), "{ran:?}");
    assert!(
        ran.err.contains(&format!("{bytes} bytes read from 1 file")),
        "{ran:?}"
    );
}

#[test]
fn parameters_are_filled_in() {
    let place = Place::new();
    place.write("a.log", flow_log(0..10));
    let ran = place.run(&[
        "query",
        "-o",
        "csv",
        "--param",
        "verdict=REJECT",
        "--param",
        "least=5",
        "filter action = '{{verdict}}' and bytes > {{ least }} | stats sum(bytes) as s",
        "a.log",
    ]);
    assert_eq!(ran.quiet(), "s\n16\n");
    place
        .run(&["query", "--param", "x=1", "limit 1", "a.log"])
        .failed(2, &["no place for parameter `x`"]);
    place
        .run(&["query", "limit {{rows}}", "a.log"])
        .failed(1, &["rows"]);
}

#[test]
fn exit_codes() {
    let place = Place::new();
    place.write("a.log", flow_log(0..1));
    for (arguments, code) in [
        (&["query", "limit 1", "a.log"][..], 0),
        (&["--version"], 0),
        (&["query", "--help"], 0),
        (&["query", "filter", "a.log"], 1),
        (&["query", "limit 1", "missing.log"], 2),
        (&["query", "-o", "yaml", "limit 1", "a.log"], 2),
        (&["query", "--bogus", "limit 1", "a.log"], 2),
        (&["query"], 2),
    ] {
        assert_eq!(place.run(arguments).code, code, "{arguments:?}");
    }
}
