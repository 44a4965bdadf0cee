//! No text makes a format panic, and every column stays as long as the others.

use flowgauge_event::TimeRange;
use flowgauge_format::json_scan::{self, Step};
use flowgauge_format::logfmt::parse_pairs;
use flowgauge_format::records::RecordSplitter;
use flowgauge_format::{csv_line, event_time, registry};
use proptest::prelude::*;

use crate::support::{columns, context, discovered};

const NAMES: [&str; 10] = [
    "@timestamp",
    "@message",
    "@log",
    "a",
    "a.b",
    "a.0.b",
    "@@a",
    "@requestId",
    "@memorySize",
    "queryName",
];

/// Text in which the words of all formats are likely.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        proptest::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "\\",
            "\\u",
            "\\u00e9",
            "\\ud834",
            "\n",
            "\r\n",
            "\t",
            " ",
            "a",
            "b",
            "@a",
            "a.b",
            "\"a\":",
            "\"b\":",
            "\"a.b\":",
            "=",
            "a=",
            "-",
            "0",
            "1.5e",
            "true",
            "null",
            "é",
            "𝄞",
            "2023-11-14T22:13:20",
            "Z",
            "+01",
            ".5",
            "\"timestamp\":",
            "REPORT RequestId: ",
            "Memory Size: ",
            "{\"Records\":[",
            "1.0 ",
            "\"type\":\"platform.report\"",
            "\"record\":",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn formats_take_any_text(text in text()) {
        registry::sniff(&text, &context());
        for format in registry::FORMATS {
            if (format.open)(&text, &context()).is_ok() {
                columns(format, &text, &NAMES, TimeRange::default());
                columns(format, &text, &[], TimeRange { start: Some(0), end: Some(9) });
                discovered(format, &text);
            }
        }
    }

    #[test]
    fn helpers_take_any_text(text in text(), chunk in 1usize..9) {
        json_scan::get(&text, &[Step::Key("a"), Step::Index(0)]);
        json_scan::elements(&text);
        json_scan::entries(&text);
        json_scan::unescape(&text);
        parse_pairs(&text).for_each(drop);
        csv_line::split(&text);
        event_time::from_text(&text);
        let mut splitter = RecordSplitter::new();
        let mut out = Vec::new();
        let fed = (text.as_bytes().chunks(chunk)).try_for_each(|c| splitter.feed(c, &mut out));
        let _ = fed.and_then(|()| splitter.finish());
        prop_assert!(String::from_utf8(out).is_ok());
    }
}
