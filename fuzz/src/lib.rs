//! What the fuzz targets share: properties that hold for any input.

pub mod flow;

use flowgauge_event::TimeRange;
use flowgauge_format::columns::{BLOCK_BUFFER, ColumnData, Columns, SCRATCH_BUFFER};
use flowgauge_format::records::{RecordError, RecordSplitter};
use flowgauge_format::{
    Confidence, Decoder, Facet, FieldInfo, FileContext, Format, Framing, Request, registry,
};
use flowgauge_ql::{Diagnostic, Span};

/// Discovered names that are asked for; more would only slow the fuzzer down.
const NAMES: usize = 32;

/// A span lies in its text and cuts no character.
pub fn check_span(span: Span, text: &str) {
    let range = span.start as usize..span.end as usize;
    assert!(text.get(range).is_some(), "{span:?} of {text:?}");
}

/// A diagnostic points into its text and says something.
pub fn check_diagnostic(diagnostic: &Diagnostic, text: &str) {
    check_span(diagnostic.span, text);
    assert!(!diagnostic.message.is_empty());
}

/// The records of a document fed in chunks of `size` bytes, and how it ended.
pub fn split_records(document: &[u8], size: usize) -> (Vec<u8>, Result<(), RecordError>) {
    let mut splitter = RecordSplitter::new();
    let mut records = Vec::new();
    for chunk in document.chunks(size) {
        if splitter.feed(chunk, &mut records).is_err() {
            break;
        }
    }
    let end = splitter.finish();
    (records, end)
}

/// Decodes a file with the format of that name.
pub fn decode_named(name: &str, file: &[u8]) {
    let format = registry::find(name).expect("a target is named after a format of the registry");
    decode(format, file);
}

/// Sniffs, opens and decodes a file, and checks what must hold for every decoder.
pub fn decode(format: &Format, file: &[u8]) {
    let file = String::from_utf8_lossy(file);
    let context = FileContext {
        path: "dir/file.log".to_owned(),
        file_name: "file.log".to_owned(),
        fallback_time: Some(1_700_000_000_000),
        ..FileContext::default()
    };
    let _: Confidence = (format.sniff)(&file, &context);
    let decoder = match (format.open)(&file, &context) {
        Ok(decoder) => decoder,
        Err(reason) => {
            assert!(!reason.is_empty());
            return;
        }
    };
    let body = file
        .get(decoder.header_bytes()..)
        .expect("a header ends inside the file, between characters");
    let records;
    let block = match decoder.framing() {
        Framing::Lines => body,
        Framing::JsonRecords => {
            let (bytes, _) = split_records(body.as_bytes(), body.len().max(1));
            records = String::from_utf8(bytes).expect("records of valid text are valid text");
            &records
        }
    };
    check_decoder(decoder.as_ref(), block);
}

fn check_decoder(decoder: &dyn Decoder, block: &str) {
    let mut names = vec!["@message".to_owned(), "@logStream".to_owned()];
    let mut events = 0u64;
    decoder.discover(block, &mut || events += 1, &mut |name| {
        if names.len() < NAMES && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    });
    let mut requests = vec![request("@timestamp", Facet::Time)];
    requests.extend(names.iter().map(|name| request(name, Facet::Text)));
    for FieldInfo { name, integer } in decoder.fields().unwrap_or_default() {
        let canonical = decoder.canonical(&name);
        let canonical = canonical.expect("a field of the file can be asked for by its name");
        assert_eq!(decoder.canonical(&canonical), Some(canonical));
        if integer {
            requests.push(request(&name, Facet::Number));
        }
    }

    let whole = decode_block(decoder, block, TimeRange::default(), &requests);
    assert_eq!(whole.events, events, "decoding and discovery count alike");
    assert_eq!(whole.rows as u64, whole.events, "an open range keeps all");

    let window = TimeRange {
        start: Some(1_600_000_000_000),
        end: Some(1_700_000_000_000),
    };
    let some = decode_block(decoder, block, window, &requests);
    assert_eq!(some.events, whole.events, "skipped events are counted");
    assert!(some.rows <= whole.rows);

    // A file may be cut into blocks between any two events.
    let middle = block.len() / 2;
    if let Some(cut) = block.as_bytes()[middle..].iter().position(|b| *b == b'\n') {
        let (first, second) = block.split_at(middle + cut + 1);
        let first = decode_block(decoder, first, TimeRange::default(), &requests);
        let second = decode_block(decoder, second, TimeRange::default(), &requests);
        assert_eq!(first.rows + second.rows, whole.rows);
        assert_eq!(first.malformed + second.malformed, whole.malformed);
        assert_eq!(first.event_bytes + second.event_bytes, whole.event_bytes);
    }
}

fn request(name: &str, facet: Facet) -> Request {
    Request {
        name: name.to_owned(),
        facet,
    }
}

/// Decodes a block and checks that every column can be read.
fn decode_block(
    decoder: &dyn Decoder,
    block: &str,
    range: TimeRange,
    requests: &[Request],
) -> Columns {
    let mut out = Columns::new(requests);
    decoder.decode(block, range, &mut out);
    for column in &out.columns {
        assert_eq!(column.len(), out.rows, "{:?}", column.request);
        let missing = column.missing();
        assert!(missing.is_sorted_by(|a, b| a < b), "{:?}", column.request);
        assert!(missing.last().is_none_or(|last| *last < out.rows));
        if let ColumnData::Text(views) = &column.data {
            for view in views {
                check_view(*view, block.as_bytes(), &out.scratch);
            }
        }
    }
    out
}

/// A string view is valid text inside its buffer, and its prefix is the one of its text.
fn check_view(view: u128, block: &[u8], scratch: &[u8]) {
    let bytes = view.to_le_bytes();
    let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|i| bytes[at + i]));
    let length = word(0) as usize;
    let text = if length <= 12 {
        assert!(bytes[4 + length..].iter().all(|b| *b == 0), "zero padding");
        &bytes[4..4 + length]
    } else {
        let buffer = match word(8) {
            BLOCK_BUFFER => block,
            SCRATCH_BUFFER => scratch,
            other => panic!("there is no buffer {other}"),
        };
        let start = word(12) as usize;
        let text = &buffer[start..start + length];
        assert_eq!(text[..4], bytes[4..8], "prefix of a view");
        text
    };
    assert!(str::from_utf8(text).is_ok(), "text of a view: {text:?}");
}
