//! What export tasks of CloudWatch Logs write: it reads like the log group that was exported.

use flowgauge_event::TimeRange;
use flowgauge_format::columns::Columns;
use flowgauge_format::{Facet, FileContext, Format, Request, registry, vpc_flow};

use crate::support::{cell, columns, context, discovered, table};

const STAMP: &str = "2024-05-01T10:00:00.250Z ";

/// The lines as an export has them.
fn exported(block: &str) -> String {
    let lines = block.split_inclusive('\n');
    lines
        .map(|line| match line.trim_end() {
            // Exports write no empty lines, and what continues an event has no time.
            "" => line.to_owned(),
            text if text.starts_with("\tat ") => line.to_owned(),
            _ => format!("{STAMP}{line}"),
        })
        .collect()
}

/// Asserts that an export reads like the events in it; gives its format.
fn same(block: &str, names: &[&str]) -> &'static Format {
    let exported = exported(block);
    let format = registry::sniff(&exported, &context());
    assert_eq!(format.name, registry::sniff(block, &context()).name);
    let (found, expected) = (table(format, &exported, names), table(format, block, names));
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(discovered(format, &exported), discovered(format, block));
    let count = |block| {
        let out = columns(format, block, names, TimeRange::default());
        (out.events, out.event_bytes, out.malformed, out.cut)
    };
    assert_eq!(
        count(&exported),
        count(block),
        "events, their bytes, malformed ones and cut ones"
    );
    format
}

/// Flow log records, some of which are none, over several chunks of the decoder.
fn records() -> String {
    let line = |number: usize| {
        let start = 1_714_557_600 + number;
        match number % 50 {
            7 => format!(
                "2 123456789010 eni-{number} - - - - - - - {start} {} - NODATA\r\n",
                start + 60
            ),
            13 => format!(
                "2 123456789010 eni-{number}  10.0.0.1 10.0.0.2 1 2 6 3 4 {start} 5 ACCEPT OK\n"
            ),
            23 => "not a record at all\n".to_owned(),
            33 => format!("{}\n", "x".repeat(20_000)),
            43 => "\n".to_owned(),
            _ => format!(
                "2 123456789010 eni-{number} 10.0.0.{} 192.0.2.7 {number} 443 6 10 {} {start} {} ACCEPT OK\n",
                number % 250,
                number * 100,
                start + 60
            ),
        }
    };
    let lines: String = (0..600).map(line).collect();
    // Without a line end.
    lines
        + "2 123456789010 eni-last 10.0.0.9 192.0.2.7 9 443 6 1 40 1714557600 1714557660 REJECT OK"
}

#[test]
fn flow_logs() {
    let names = ["@message", "@logStream", "srcAddr", "bytes", "logStatus"];
    assert_eq!(same(&records(), &names).name, "vpc-flow");
    // A record states its time; what is none has that of the export.
    let times = table(
        &vpc_flow::FORMAT,
        &exported(&records()),
        &["start", "@timestamp"],
    );
    let (none, others): (Vec<&String>, Vec<&String>) =
        times.iter().partition(|row| row.starts_with('-'));
    assert_eq!((none.len(), others.len()), (24, 565));
    assert!(none.iter().all(|row| *row == "- | 2024-05-01 10:00:00.250"));
    assert_eq!(others[0], "1714557600 | 2024-05-01 10:00:00.000");
    // The fields may be given, and then need not tell a time.
    let context = FileContext {
        log_format: Some("${srcaddr} ${dstaddr} ${bytes}".to_owned()),
        ..FileContext::default()
    };
    let block = exported("10.0.0.1 10.0.0.2 30\n10.0.0.3 10.0.0.4 -\n");
    let format = registry::sniff(&block, &context);
    assert_eq!(format.name, "vpc-flow");
    let request = |name: &str, facet| Request {
        name: name.to_owned(),
        facet,
    };
    let mut out = Columns::new(&[
        request("@timestamp", Facet::Time),
        request("@message", Facet::Piece { at: 2, of: 3 }),
        request("bytes", Facet::Number),
    ]);
    let decoder = (format.open)(&block, &context).expect("opens");
    decoder.decode(&block, TimeRange::default(), &mut out);
    let rows: Vec<_> = (0..out.rows)
        .map(|row| {
            let cells = out.columns.iter();
            cells
                .map(|column| cell(column, row, &block, &out.scratch))
                .collect::<Vec<_>>()
        })
        .collect();
    let text = |text: &str| Some(text.to_owned());
    let time = text("2024-05-01 10:00:00.250");
    assert_eq!(rows[0][..2], [time.clone(), text("30")]);
    assert_eq!(rows[1], [time, text("-"), None]);
}

#[test]
fn events_of_other_formats() {
    let names = ["@message", "a", "b.c", "queryName", "@type", "@duration"];
    for (block, name) in [
        (
            "{\"a\":1}\n{\"a\":2,\"b\":{\"c\":\"é\"}}\n{\"a\":\n",
            "json",
        ),
        (
            "1.0 2017-12-13T08:16:02.130Z Z123412341234 example.com A NOERROR UDP FRA6 192.0.2.1 -\n",
            "route53",
        ),
        (
            "START RequestId: 8f3b5d1e-2f5a-4d7e-9a51-0c2f1d6b7a90 Version: 1\n\
             2024-05-01T09:59:59.000Z\t8f3b5d1e-2f5a-4d7e-9a51-0c2f1d6b7a90\tERROR\tno {\"a\":7}\n\
             \tat x.js:1\n\
             REPORT RequestId: 8f3b5d1e-2f5a-4d7e-9a51-0c2f1d6b7a90\tDuration: 12.34 ms\n",
            "lambda",
        ),
    ] {
        assert_eq!(same(block, &names).name, name);
    }
}

#[test]
fn the_time_of_the_export_counts() {
    // It is what CloudWatch Logs has, whatever the event states.
    let block = exported("{\"timestamp\":\"2020-01-01T00:00:00Z\",\"a\":1}\n{\"a\":2}\n");
    let format = registry::sniff(&block, &context());
    assert_eq!(
        table(format, &block, &["@timestamp", "a"]),
        ["2024-05-01 10:00:00.250 | 1", "2024-05-01 10:00:00.250 | 2"]
    );
    let range = TimeRange {
        start: Some(1_714_557_600_251),
        ..TimeRange::default()
    };
    assert_eq!(columns(format, &block, &["a"], range).rows, 0);
}

#[test]
fn streams_are_named_by_folders() {
    let block = exported("{\"a\":1}\n{\"a\":2}\n");
    let stream = |folder: &str, file: &str, block: &str| {
        let context = FileContext {
            folder: Some(folder.to_owned()),
            file_name: file.to_owned(),
            ..FileContext::default()
        };
        let format = registry::sniff(block, &context);
        let mut out = Columns::new(&[Request {
            name: "@logStream".to_owned(),
            facet: Facet::Text,
        }]);
        let decoder = (format.open)(block, &context).expect("opens");
        decoder.decode(block, TimeRange::default(), &mut out);
        cell(&out.columns[0], 0, block, &out.scratch)
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(stream("web-1", "000000.gz", &block), text("web-1"));
    assert_eq!(stream("web-1", "app.gz", &block), text("app.gz"));
    assert_eq!(stream("", "000000.gz", &block), text("000000.gz"));
    assert_eq!(
        stream("web-1", "000000.gz", "{\"a\":1}\n"),
        text("000000.gz")
    );
}

#[test]
fn times_at_the_beginning_of_other_lines_stay() {
    let block = exported("started\nstopped\n");
    let format = registry::sniff(&block, &context());
    assert_eq!(format.name, "text");
    assert_eq!(
        table(format, &block, &["@message"]),
        [format!("{STAMP}started"), format!("{STAMP}stopped")]
    );
}
