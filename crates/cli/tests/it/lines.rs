//! Lines that are not as they should be.

use crate::support::{HEADER, Place, flow_log, gzip, record, records};

const COUNT: &str = "stats count(*) as n, count(srcAddr) as flows";
const LINE: usize = 1024 * 1024;

#[test]
fn malformed_lines_stay_events_and_are_counted() {
    let place = Place::new();
    let text = format!("{HEADER}\n{}\nnot a record\n{}\n", record(1), record(2));
    place.write("a.log", &text);
    let ran = place.run(&["query", "-o", "csv", COUNT, "a.log"]);
    let out = ran.warned("warning: 1 line does not fit its format; it has @message only");
    assert_eq!(out, "n,flows\n3,2\n");
    let filter = "fields @message | filter not ispresent(srcAddr)";
    let ran = place.run(&["query", "-o", "csv", filter, "a.log"]);
    assert_eq!(ran.warned("1 line"), "@message\nnot a record\n");
    let ran = place.run(&["filter", "record", "a.log"]);
    assert_eq!(ran.warned("1 line"), "not a record\n");
    let ran = place.run(&["fields", "-o", "csv", "a.log"]);
    assert!(ran.warned("1 line").contains("srcAddr,2,"), "{ran:?}");
}

#[test]
fn invalid_utf8_is_replaced_and_counted() {
    let place = Place::new();
    for (name, gz) in [("a.log", false), ("a.log.gz", true)] {
        let bytes = b"one \xff two\nplain\nthree \xc3\x28\n".to_vec();
        place.write(name, if gz { gzip(bytes) } else { bytes });
        let ran = place.run(&["query", "-o", "csv", "fields @message | limit any 3", name]);
        let out = ran.warned("2 lines held invalid UTF-8, which was replaced");
        assert!(
            out.contains("one \u{fffd} two\n") && out.contains("three \u{fffd}(\n"),
            "{out}"
        );
    }
}

#[test]
fn line_ends_marks_and_missing_ends() {
    let place = Place::new();
    let lines = flow_log(0..3);
    let crlf = lines.replace('\n', "\r\n");
    let marked = format!("\u{feff}{lines}");
    for (name, text) in [
        ("crlf", crlf.as_str()),
        ("marked", &marked),
        ("no-last-end", lines.trim_end()),
        (
            "blank-lines",
            &lines.replace('\n', "\n\n \n").replace("\n \n", "\n\n"),
        ),
    ] {
        for (suffix, content) in [("", text.as_bytes().to_vec()), (".gz", gzip(text))] {
            let name = format!("{name}.log{suffix}");
            place.write(&name, content);
            let query = "stats count(*) as n, sum(bytes) as s, latest(logStatus) as l, latest(@message) as m";
            let expected = format!("n,s,l,m\n3,3,OK,{}\n", record(2));
            assert_eq!(place.ask(query, &[&name]), expected, "{name}");
        }
    }
}

#[test]
fn files_without_events() {
    let place = Place::new();
    for (name, text) in [
        ("empty.log", ""),
        ("header.log", HEADER),
        ("header-line.log", &format!("{HEADER}\n")),
        ("blank.log", "\n\r\n\n"),
        ("mark.log", "\u{feff}"),
    ] {
        place.write(name, text);
        // Without events there is nothing to count: an answer without rows, as in CloudWatch.
        assert_eq!(place.ask("stats count(*) as n", &[name]), "n\n", "{name}");
        assert_eq!(
            place.run(&["filter", "-c", "", name]).quiet(),
            "0\n",
            "{name}"
        );
        assert_eq!(
            place.run(&["fields", "-o", "csv", name]).quiet(),
            "field,events,percent\n",
            "{name}"
        );
    }
    // Beside others they change nothing.
    place.write("flows.log", flow_log(0..4));
    assert_eq!(place.ask("stats sum(bytes) as s", &["."]), "s\n6\n");
}

#[test]
fn nul_bytes_are_characters() {
    let place = Place::new();
    place.write("a.log", "a\0b\n\0\n");
    let ran = place.run(&[
        "query",
        "-o",
        "json",
        "fields @message | sort @message",
        "a.log",
    ]);
    assert_eq!(
        ran.quiet(),
        "[\n{\"@message\":\"\\u0000\"},\n{\"@message\":\"a\\u0000b\"}\n]\n"
    );
}

/// Lines longer than an event between others, at places that borders of ranges and blocks cut.
#[test]
fn overlong_lines_are_cut_and_counted() {
    let place = Place::new();
    for (before, long, after) in [
        (0, LINE + 1, 0),
        (0, LINE + 1, 3),
        (1, 2 * LINE, 1),
        (5, 5 * LINE + 17, 4),
        (5, 3 * LINE, 40_000),
        (9_000, 7 * LINE, 1),
    ] {
        // Two bytes a character, so that some border falls into one.
        let text = format!(
            "{}x{}\n{}",
            "before\n".repeat(before),
            "é".repeat(long / 2),
            "after\n".repeat(after)
        );
        for (name, bytes) in [
            ("a.log", text.clone().into_bytes()),
            ("a.log.gz", gzip(&text)),
        ] {
            place.write(name, bytes);
            let query = "stats count(*) as n, max(strlen(@message)) as longest, sum(@message = 'after') as a";
            let ran = place.run(&["query", "-o", "csv", query, name]);
            let out = ran.warned("warning: 1 line was longer than 1 MiB and was cut there");
            let expected = format!("{},{},{after}", before + 1 + after, LINE / 2);
            assert_eq!(
                out.lines().nth(1),
                Some(expected.as_str()),
                "{before} {long} {after} {name}"
            );
            assert!(!ran.err.contains("UTF-8"), "{ran:?}");
        }
    }
    // Without any line feed.
    for (name, bytes) in [
        ("b.log", vec![b'x'; 6 * LINE]),
        ("b.gz", gzip(vec![b'x'; 6 * LINE])),
    ] {
        place.write(name, bytes);
        let ran = place.run(&["query", "-o", "csv", "stats count(*) as n", name]);
        assert_eq!(ran.warned("1 line was longer"), "n\n1\n", "{name}");
    }
    // Exactly as long as allowed.
    place.write(
        "c.log",
        format!("{}\n{}", "x".repeat(LINE), "y".repeat(LINE)),
    );
    assert_eq!(place.ask("stats count(*) as n", &["c.log"]), "n\n2\n");
}

#[test]
fn every_line_of_a_large_plain_file_is_read_once() {
    let place = Place::new();
    // Lines of many lengths over dozens of ranges.
    let text: String = (0..30_000_usize)
        .map(|number| format!("{number} {}\n", "z".repeat(number * 7 % 1_999)))
        .collect();
    place.write("a.log", &text);
    let query = "parse @message /^(?<k>[0-9]+) / | stats count(*) as n, max(k) as d, sum(k) as s";
    assert_eq!(
        place.ask(query, &["a.log"]),
        format!("n,d,s\n30000,29999,{}\n", 30_000_i64 * 29_999 / 2)
    );
    let out = place.run(&["filter", "", "a.log"]);
    assert!(out.quiet() == text, "filter keeps the order and every byte");
}

#[test]
fn records_without_a_header_are_flow_logs() {
    let place = Place::new();
    place.write("a.log", records(0..10));
    assert_eq!(place.ask("stats sum(bytes) as s", &["a.log"]), "s\n45\n");
}
