//! Documents of records: the splitter in chunks of every size, and the decoder behind it.

use flowgauge_event::limits;
use flowgauge_format::json_records::FORMAT as JSON_RECORDS;
use flowgauge_format::records::{RecordProblem, RecordSplitter};

use crate::support::table;

/// The lines of a document, and the problem if there is one.
fn split(document: &[u8], chunk: usize) -> (String, Option<(u64, RecordProblem)>) {
    let mut splitter = RecordSplitter::new();
    let mut out = Vec::new();
    let fed = document
        .chunks(chunk)
        .try_for_each(|chunk| splitter.feed(chunk, &mut out));
    let ended = fed.and_then(|()| splitter.finish());
    let text = String::from_utf8(out).expect("UTF-8");
    (text, ended.err().map(|error| (error.offset, error.problem)))
}

#[test]
fn documents() {
    use RecordProblem::{NoRecords, Truncated, Unexpected};
    let pretty = "{\n  \"a\": {\"Records\": [1]},\n  \"Records\": [\n    {\n \"k\": \"a b\\\" ]}\",\r\n\t\"l\": [ 1, 2 ]\n},\n {} ],\n \"z\": \"]\"\n}\n";
    for (document, lines, problem) in [
        (
            r#"{"Records":[{"a":1},{"b":"x y"}]}"#,
            "{\"a\":1}\n{\"b\":\"x y\"}\n",
            None,
        ),
        (pretty, "{\"k\":\"a b\\\" ]}\",\"l\":[1,2]}\n{}\n", None),
        (
            r#"[{"a":1}, 2, "s,]" ,null]"#,
            "{\"a\":1}\n2\n\"s,]\"\nnull\n",
            None,
        ),
        ("[]", "", None),
        ("", "", None),
        (" \u{feff}[{}]", "{}\n", None),
        ("[\"a\nb\\\r\"]", "\"a\\nb\\\\r\"\n", None),
        (
            "{\"Records\":[{}]}\n{\"Records\":[{\"b\":1}]}",
            "{}\n{\"b\":1}\n",
            None,
        ),
        (
            r#"{"Records":[{"a":1},{"b":"#,
            "{\"a\":1}\n",
            Some((25, Truncated)),
        ),
        (
            r#"{"Records":[{"a":1}"#,
            "{\"a\":1}\n",
            Some((19, Truncated)),
        ),
        (r#"{"records":[{"a":1}]}"#, "", Some((21, NoRecords))),
        (r#"{"Records":{"a":1}}"#, "", Some((19, NoRecords))),
        ("[{}]x", "{}\n", Some((4, Unexpected(b'x')))),
        ("plain", "", Some((0, Unexpected(b'p')))),
        ("{\"a\" 1}", "", Some((5, Unexpected(b'1')))),
    ] {
        for chunk in [1, 2, 3, 7, 1000] {
            let (text, found) = split(document.as_bytes(), chunk);
            assert_eq!(
                (text.as_str(), found),
                (lines, problem),
                "{document} by {chunk}"
            );
        }
    }
}

#[test]
fn memory_is_bounded_by_the_event_limit() {
    let long = "é".repeat(limits::EVENT_BYTES);
    let document = format!("[{{\"a\":\"{long}\"}},{{\"b\":1}}]");
    let mut splitter = RecordSplitter::new();
    let mut out = Vec::new();
    for chunk in document.as_bytes().chunks(4096) {
        splitter.feed(chunk, &mut out).expect("well formed");
    }
    splitter.finish().expect("complete");
    assert_eq!(splitter.cut(), 1);
    let text = String::from_utf8(out).expect("UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].len() <= limits::EVENT_BYTES && lines[0].len() > limits::EVENT_BYTES - 4);
    assert_eq!(lines[1], "{\"b\":1}");
}

#[test]
fn elements_are_events() {
    let document = r#"{"Records":[{"eventTime":"2023-11-14T22:13:20Z","userIdentity":{"type":"Root"}, "resources":[{"ARN":"arn:x"}]}]}"#;
    let (block, problem) = split(document.as_bytes(), 16);
    assert_eq!(problem, None);
    assert_eq!(
        table(
            &JSON_RECORDS,
            &block,
            &["@timestamp", "userIdentity.type", "resources.0.ARN"]
        ),
        ["2023-11-14 22:13:20.000 | Root | arn:x"]
    );
}
