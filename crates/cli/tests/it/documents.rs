//! Inputs that are one JSON document.

use crate::support::{Place, gzip};

fn document(records: usize) -> String {
    let records: Vec<String> = (0..records)
        .map(|number| {
            format!(
                r#"{{"eventVersion":"1.08","eventTime":"2024-05-01T00:{:02}:{:02}Z","eventName":"E{}","n":{number}}}"#,
                number / 60 % 60,
                number % 60,
                number % 3
            )
        })
        .collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(",\n  "))
}

const SUM: &str = "stats count(*) as c, sum(n) as s, count_distinct(eventName) as e";

#[test]
fn documents_plain_packed_marked_and_piped() {
    let place = Place::new();
    let text = document(1_000);
    let marked = format!("\u{feff}{text}");
    for bytes in [
        text.clone().into_bytes(),
        marked.clone().into_bytes(),
        gzip(&text),
        gzip(&marked),
    ] {
        place.write("trail.json", &bytes);
        assert_eq!(place.ask(SUM, &["trail.json"]), "c,s,e\n1000,499500,3\n");
        let ran = place.pipe(&bytes, &["query", "-o", "csv", SUM]);
        assert_eq!(ran.quiet(), "c,s,e\n1000,499500,3\n");
    }
}

#[test]
fn a_truncated_document_names_the_place() {
    let place = Place::new();
    for records in [3, 50_000] {
        let text = document(records);
        let cut = text.len() - 30;
        place.write("trail.json", &text[..cut]);
        let place_of_break = format!("the JSON document breaks off at byte {cut}");
        let ran = place.run(&["query", SUM, "trail.json"]);
        ran.failed(2, &["trail.json", &place_of_break, "--skip-bad-files"]);
        let ran = place.run(&[
            "query",
            "--skip-bad-files",
            "-o",
            "csv",
            "stats count(*) as c",
            "trail.json",
        ]);
        assert_eq!(ran.warned(&place_of_break), format!("c\n{}\n", records - 1));
        // A stream that broke is named rather than the document that it cut.
        let packed = gzip(&text);
        place.write("trail.gz", &packed[..packed.len() - 10]);
        let ran = place.run(&["query", SUM, "trail.gz"]);
        ran.failed(2, &["trail.gz", "the gzip data breaks off"]);
    }
}
