//! One result in every output.

use crate::support::{Place, flow_log};

const QUERY: &str = "stats sum(bytes) as s, avg(bytes) as mean by action";

#[test]
fn every_text_output() {
    let place = Place::new();
    place.write("a.log", flow_log(0..5));
    for (output, expected) in [
        ("csv", "action,s,mean\nACCEPT,6,2\nREJECT,4,2\n"),
        ("tsv", "action\ts\tmean\nACCEPT\t6\t2\nREJECT\t4\t2\n"),
        (
            "ndjson",
            "{\"action\":\"ACCEPT\",\"s\":6,\"mean\":2}\n{\"action\":\"REJECT\",\"s\":4,\"mean\":2}\n",
        ),
        (
            "json",
            "[\n{\"action\":\"ACCEPT\",\"s\":6,\"mean\":2},\n{\"action\":\"REJECT\",\"s\":4,\"mean\":2}\n]\n",
        ),
        (
            "markdown",
            "| action | s | mean |\n| --- | ---: | ---: |\n| ACCEPT | 6 | 2 |\n| REJECT | 4 | 2 |\n",
        ),
    ] {
        let ran = place.run(&["query", "-o", output, QUERY, "a.log"]);
        assert_eq!(ran.quiet(), expected, "{output}");
        let file = format!("out.{output}");
        place
            .run(&[
                "query",
                "-o",
                output,
                "--output-file",
                &file,
                QUERY,
                "a.log",
            ])
            .quiet();
        let written = std::fs::read_to_string(place.path(&file)).expect("written");
        let line_end = if output == "csv" { "\r\n" } else { "\n" };
        assert_eq!(written, expected.replace('\n', line_end), "{output}");
    }
    for (output, part) in [("table", "│ ACCEPT ┆ 6 ┆"), ("chart", "ACCEPT 6 █")] {
        let ran = place.run(&["query", "-o", output, QUERY, "a.log"]);
        assert!(ran.quiet().contains(part), "{}", ran.out);
    }
}

#[test]
fn a_file_is_not_touched_before_there_is_a_result() {
    let place = Place::new();
    place.write("a.log", flow_log(0..5));
    place.write("kept.csv", "kept\n");
    let kept = || std::fs::read_to_string(place.path("kept.csv")).expect("still there");
    place
        .run(&[
            "query",
            "-o",
            "csv",
            "--output-file",
            "kept.csv",
            QUERY,
            "missing.log",
        ])
        .failed(2, &["missing.log"]);
    assert_eq!(kept(), "kept\n");
    place
        .run(&[
            "query",
            "-o",
            "csv",
            "--output-file",
            "kept.csv",
            "stats bogus()",
            "a.log",
        ])
        .failed(1, &["bogus"]);
    assert_eq!(kept(), "kept\n");
    place
        .run(&[
            "query",
            "-o",
            "csv",
            "--output-file",
            "no/such/folder.csv",
            QUERY,
            "a.log",
        ])
        .failed(2, &["folder.csv"]);
    place
        .run(&["query", "-o", "parquet", QUERY, "a.log"])
        .failed(2, &["--output-file"]);
}
