//! One JSON document whose `Records` member, or whose top-level array, holds the events
//! (CloudTrail, and most of what AWS services put into S3).
//!
//! [`crate::records::RecordSplitter`] cuts the document into elements, one compact line each; a
//! line is then read like any JSON line, and it is `@message`.

use flowgauge_event::TimeRange;

use crate::columns::Columns;
use crate::json::JsonDecoder;
use crate::json_scan::Cursor;
use crate::system::System;
use crate::{Confidence, Decoder, FileContext, Format, Framing};

/// Documents of records.
pub static FORMAT: Format = Format {
    name: "json-records",
    summary: "one JSON document with its events in `Records` or in a top-level array, such as CloudTrail's",
    sniff,
    open: |_, context| {
        Ok(Box::new(JsonRecords(JsonDecoder::new(System::new(
            context,
        )))))
    },
};

fn sniff(head: &str, _: &FileContext) -> Confidence {
    match holds_records(head) {
        Some(true) => Confidence::Certain,
        // A document whose beginning cannot be judged is left to the formats of lines.
        Some(false) | None => Confidence::No,
    }
}

/// Whether the document begins as one of records; `None` if it breaks off or is malformed before
/// that shows.
fn holds_records(head: &str) -> Option<bool> {
    let text = head.trim_start_matches('\u{feff}');
    let mut cursor = Cursor::new(text, 0);
    match cursor.next_token()? {
        b'[' => {
            cursor.pos += 1;
            Some(cursor.next_token()? == b'{')
        }
        b'{' => {
            cursor.pos += 1;
            loop {
                let key = cursor.key().ok()?;
                if key.of(text) == "Records" && cursor.next_token()? == b'[' {
                    return Some(true);
                }
                cursor.value(1).ok()?;
                if cursor.next_token()? != b',' {
                    return Some(false);
                }
                cursor.pos += 1;
            }
        }
        _ => Some(false),
    }
}

struct JsonRecords(JsonDecoder);

impl Decoder for JsonRecords {
    fn framing(&self) -> Framing {
        Framing::JsonRecords
    }

    fn decode(&self, block: &str, range: TimeRange, out: &mut Columns) {
        self.0.decode(block, range, out);
    }

    fn discover(&self, block: &str, event: &mut dyn FnMut(), found: &mut dyn FnMut(&str)) {
        self.0.discover(block, event, found);
    }
}
