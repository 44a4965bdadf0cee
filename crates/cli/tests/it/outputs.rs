//! One result in every output.

use crate::support::{Place, flow_log, gzip};

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

/// A query that fails is no query without results.
#[test]
fn a_query_that_fails_prints_no_result() {
    let place = Place::new();
    let cut = gzip("{\"a\":2}\n".repeat(100));
    place.write("bad.json.gz", &cut[..cut.len() / 2]);
    for output in ["table", "chart", "csv", "tsv", "markdown", "json", "ndjson"] {
        let query = ["query", "-o", output, "stats count(*) as n", "bad.json.gz"];
        let ran = place.run(&query);
        ran.failed(2, &["breaks off"]);
        assert_eq!(ran.out, "", "{output}");
    }
}
