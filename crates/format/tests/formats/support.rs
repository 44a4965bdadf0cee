//! Decoding a block into a table of printed cells.

use flowgauge_event::{TimeRange, format_timestamp};
use flowgauge_format::columns::{Column, ColumnData, Columns, SCRATCH_BUFFER};
use flowgauge_format::{Facet, FileContext, Format, Request};

/// 2024-05-01 00:00:00 UTC, the file's own time in these tests.
pub const FALLBACK: i64 = 1_714_521_600_000;

pub fn context() -> FileContext {
    FileContext {
        path: "logs/app.log".to_owned(),
        file_name: "app.log".to_owned(),
        folder: Some("logs".to_owned()),
        account: Some("123456789012".to_owned()),
        region: None,
        fallback_time: Some(FALLBACK),
        log_format: None,
    }
}

/// The columns of a block, `@timestamp` and `@ingestionTime` as times.
pub fn columns(format: &Format, block: &str, names: &[&str], range: TimeRange) -> Columns {
    let requests: Vec<Request> = names
        .iter()
        .map(|name| Request {
            name: (*name).to_owned(),
            facet: match *name {
                "@timestamp" | "@ingestionTime" => Facet::Time,
                _ => Facet::Text,
            },
        })
        .collect();
    let mut out = Columns::new(&requests);
    let decoder = (format.open)(block, &context()).expect("opens");
    decoder.decode(block, range, &mut out);
    for column in &out.columns {
        assert_eq!(column.len(), out.rows, "{}", column.request.name);
    }
    out
}

/// One cell as it prints; `None` for a missing value.
pub fn cell(column: &Column, row: usize, block: &str, scratch: &[u8]) -> Option<String> {
    if column.missing().contains(&row) {
        return None;
    }
    Some(match &column.data {
        ColumnData::Integer(values) => format_timestamp(values[row]),
        ColumnData::Text(views) => {
            let view = views[row].to_le_bytes();
            let word =
                |at: usize| u32::from_le_bytes(view[at..at + 4].try_into().expect("four bytes"));
            let len = word(0) as usize;
            let text = if len <= 12 {
                &view[4..4 + len]
            } else {
                let buffer = match word(8) {
                    SCRATCH_BUFFER => scratch,
                    _ => block.as_bytes(),
                };
                let start = word(12) as usize;
                &buffer[start..start + len]
            };
            std::str::from_utf8(text).expect("UTF-8").to_owned()
        }
    })
}

/// All rows of a block, `-` for missing cells, cells separated by ` | `.
pub fn table(format: &Format, block: &str, names: &[&str]) -> Vec<String> {
    let out = columns(format, block, names, TimeRange::default());
    (0..out.rows)
        .map(|row| {
            let cells = out.columns.iter().map(|column| {
                cell(column, row, block, &out.scratch).unwrap_or_else(|| "-".to_owned())
            });
            cells.collect::<Vec<_>>().join(" | ")
        })
        .collect()
}

/// The field of a block with one event.
pub fn field(format: &Format, block: &str, name: &str) -> Option<String> {
    let out = columns(format, block, &[name], TimeRange::default());
    assert_eq!(out.rows, 1, "{block}");
    cell(&out.columns[0], 0, block, &out.scratch)
}

/// Number of events, and the names of their fields in order.
pub fn discovered(format: &Format, block: &str) -> (usize, Vec<String>) {
    let decoder = (format.open)(block, &context()).expect("opens");
    let (mut events, mut names) = (0, Vec::new());
    decoder.discover(block, &mut || events += 1, &mut |name| {
        names.push(name.to_owned());
    });
    (events, names)
}
