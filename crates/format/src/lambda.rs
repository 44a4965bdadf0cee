//! Lambda function logs: the platform's lines, and whatever the function prints (spec 8.2).
//!
//! Platform lines give the `@type`, `@requestId`, `@duration` … fields; in any line the first
//! JSON object, wherever it stands, is expanded like a JSON event.

mod facts;

use flowgauge_event::{Number, TimeRange};

use crate::columns::Columns;
use crate::json::JsonFields;
use crate::json_scan::Cursor;
use crate::json_scan::flatten::flatten;
use crate::json_scan::walk::Walker;
use crate::lines::{Line, Lines};
use crate::system::{FieldText, Rows, System};
use crate::{Confidence, Decoder, FileContext, Format, event_time};

use facts::{FIELDS, Fact, Facts, PlatformPaths};

/// Lambda logs.
pub static FORMAT: Format = Format {
    name: "lambda",
    summary: "Lambda function logs, in text or JSON format",
    sniff,
    open: |head, context| Ok(Box::new(Lambda(System::of_file(head, context)))),
};

/// Lines of the head that sniffing looks at.
const SNIFFED_LINES: usize = 20;
/// Braces of a line that are tried as the beginning of an object, so that a line of nothing but
/// braces costs no more than this many readings of it.
const FRAGMENT_TRIES: usize = 8;

fn sniff(head: &str, _: &FileContext) -> Confidence {
    let signature = |line: Line<'_>| {
        facts::is_platform_text(line.text)
            || (line.text.starts_with('{')
                && (line.text.contains("\"type\":\"platform.")
                    || line.text.contains("\"type\": \"platform.")))
    };
    if Lines::new(head).take(SNIFFED_LINES).any(signature) {
        Confidence::Certain
    } else {
        Confidence::No
    }
}

struct Lambda(System);

/// A requested field.
#[derive(Clone, Copy)]
enum Own {
    /// Index into [`FIELDS`].
    Fact(usize),
    /// Number of a field of the JSON object.
    Json(usize),
}

impl Decoder for Lambda {
    fn decode(&self, block: &str, range: TimeRange, out: &mut Columns) {
        let mut json = JsonFields::default();
        let mut own: Vec<Own> = Vec::new();
        let mut rows = Rows::new(&self.0, block, range, out, |name| {
            let field = match FIELDS.iter().position(|field| *field == name) {
                Some(fact) => Own::Fact(fact),
                None => Own::Json(json.request(name)?),
            };
            own.push(field);
            Some(own.len() - 1)
        });
        json.request_time(rows.needs_time());
        let wants_facts = own.iter().any(|own| matches!(own, Own::Fact(_)));
        let platform = wants_facts.then(|| PlatformPaths::new(&mut json.paths));
        let mut walker = Walker::new(&json.paths);
        let wants_json = own.iter().any(|own| matches!(own, Own::Json(_)));
        for line in self.0.lines(block) {
            let text = line.text;
            let is_json = text.starts_with('{');
            let found = (wants_json || is_json) && !json.paths.is_empty();
            let found = found && starts(text).any(|start| walker.read(text, start).is_ok());
            let time = match rows.needs_time() {
                true if is_json && found => json.time(&walker, text),
                true => text_time(text),
                false => None,
            };
            let facts = match &platform {
                Some(paths) if is_json && found => paths.facts(&walker, text),
                Some(_) => Facts::of_text(text),
                None => Facts::default(),
            };
            rows.push(&line, time, |number, scratch| match own[number] {
                Own::Fact(fact) => fact_text(facts.values[fact], text, scratch),
                Own::Json(field) if found => json.value(&walker, &line, field, scratch),
                Own::Json(_) => FieldText::Missing,
            });
        }
    }

    fn discover(&self, block: &str, event: &mut dyn FnMut(), found: &mut dyn FnMut(&str)) {
        let mut json = JsonFields::default();
        let platform = PlatformPaths::new(&mut json.paths);
        let mut walker = Walker::new(&json.paths);
        for line in self.0.lines(block) {
            let text = line.text;
            event();
            let start = starts(text).find(|start| walker.read(text, *start).is_ok());
            let facts = match start {
                Some(_) if text.starts_with('{') => platform.facts(&walker, text),
                _ => Facts::of_text(text),
            };
            for (name, fact) in FIELDS.iter().zip(facts.values) {
                if fact != Fact::Missing {
                    found(name);
                }
            }
            if let Some(start) = start {
                // Cannot fail: the object was just read.
                let _ = flatten(text, start, found);
            }
        }
    }
}

/// Where the line's JSON object may begin.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'{', text.as_bytes())
        .filter(|start| {
            // Cheap refusal of the braces of other languages.
            let next = Cursor::new(text, start + 1).next_token();
            matches!(next, Some(b'"' | b'}'))
        })
        .take(FRAGMENT_TRIES)
}

/// The time that a text line states: at its beginning, or behind a level (`[INFO]`, a tab).
fn text_time(text: &str) -> Option<i64> {
    let leading = event_time::leading(text).or_else(|| {
        let (level, rest) = text.split_once('\t')?;
        level.starts_with('[').then(|| event_time::leading(rest))?
    });
    leading.map(|(time, _)| time)
}

fn fact_text<'s>(fact: Fact, text: &str, scratch: &'s mut String) -> FieldText<'s> {
    match fact {
        Fact::Missing => FieldText::Missing,
        Fact::Fixed(text) => FieldText::Other(text),
        Fact::Span(start, end) => FieldText::span(start, end),
        Fact::Megabytes(start, end) => {
            // Insights counts megabytes of 10^6 bytes here: 128 MB reads as 128000000.
            let bytes = match Number::parse(&text[start..end]) {
                Some(Number::Int(megabytes)) => megabytes.checked_mul(1_000_000),
                _ => None,
            };
            match bytes {
                Some(bytes) => {
                    *scratch = bytes.to_string();
                    FieldText::Other(scratch)
                }
                None => FieldText::Missing,
            }
        }
    }
}
