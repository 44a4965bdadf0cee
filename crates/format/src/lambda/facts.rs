//! What Lambda's platform lines say, in text and in JSON format.

use crate::event_time;
use crate::json_scan::paths::{NodeId, Paths};
use crate::json_scan::walk::Walker;
use crate::json_scan::{Kind, Span};

/// The fields of the platform (spec 8.1).
pub(super) const FIELDS: [&str; 9] = [
    "@type",
    "@requestId",
    "@duration",
    "@billedDuration",
    "@initDuration",
    "@memorySize",
    "@maxMemoryUsed",
    "@xrayTraceId",
    "@xraySegmentId",
];

const TYPE: usize = 0;
const REQUEST_ID: usize = 1;
const DURATION: usize = 2;
const BILLED_DURATION: usize = 3;
const INIT_DURATION: usize = 4;
const MEMORY_SIZE: usize = 5;
const MAX_MEMORY_USED: usize = 6;
const XRAY_TRACE_ID: usize = 7;
const XRAY_SEGMENT_ID: usize = 8;

/// The labels of a REPORT line's tab-separated parts.
const LABELS: [(&str, usize); 7] = [
    ("Duration: ", DURATION),
    ("Billed Duration: ", BILLED_DURATION),
    ("Init Duration: ", INIT_DURATION),
    ("Memory Size: ", MEMORY_SIZE),
    ("Max Memory Used: ", MAX_MEMORY_USED),
    ("XRAY TraceId: ", XRAY_TRACE_ID),
    ("SegmentId: ", XRAY_SEGMENT_ID),
];

/// The value of a platform field, as byte ranges of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Fact {
    #[default]
    Missing,
    Fixed(&'static str),
    Span(usize, usize),
    /// A number of megabytes, to be printed as bytes.
    Megabytes(usize, usize),
}

/// One line's values of [`FIELDS`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Facts {
    pub(super) values: [Fact; 9],
}

/// Whether a text line is one of the platform's own.
pub(super) fn is_platform_text(text: &str) -> bool {
    let body = &text[body_start(text)..];
    ["START", "END", "REPORT"].iter().any(|kind| {
        body.strip_prefix(kind)
            .is_some_and(|rest| rest.starts_with(" RequestId: "))
    }) || body.starts_with("INIT_START Runtime Version: ")
}

/// Offset behind the time that exports put before each message.
fn body_start(text: &str) -> usize {
    match event_time::leading(text) {
        Some((_, length)) if text[length..].starts_with([' ', '\t']) => length + 1,
        _ => 0,
    }
}

impl Facts {
    /// The facts of a line that is no JSON object.
    pub(super) fn of_text(text: &str) -> Facts {
        let mut facts = Facts::default();
        let start = body_start(text);
        let body = &text[start..];
        for kind in ["START", "END", "REPORT"] {
            if let Some(rest) = body.strip_prefix(kind)
                && let Some(rest) = rest.strip_prefix(" RequestId: ")
            {
                facts.values[TYPE] = Fact::Fixed(kind);
                facts.values[REQUEST_ID] = word(text.len() - rest.len(), rest);
                if kind == "REPORT" {
                    facts.labels(text, start);
                }
                return facts;
            }
        }
        if body.starts_with("XRAY TraceId: ") {
            // The tail of a REPORT message, which is a line of its own in files.
            facts.labels(text, start);
        } else {
            facts.values[REQUEST_ID] = request_id(text, start);
        }
        facts
    }

    fn labels(&mut self, text: &str, start: usize) {
        let mut at = start;
        for part in text[start..].split('\t') {
            for (label, field) in LABELS {
                let Some(rest) = part.strip_prefix(label) else {
                    continue;
                };
                let fact = word(at + label.len(), rest);
                self.values[field] = match (field, fact) {
                    (MEMORY_SIZE | MAX_MEMORY_USED, Fact::Span(from, to)) => {
                        Fact::Megabytes(from, to)
                    }
                    _ => fact,
                };
            }
            at += part.len() + 1;
        }
    }
}

/// The text up to the next blank; `start` is its offset in the line.
fn word(start: usize, text: &str) -> Fact {
    let len = text.find([' ', '\t']).unwrap_or(text.len());
    if len == 0 {
        Fact::Missing
    } else {
        Fact::Span(start, start + len)
    }
}

/// The request id of a function's own line: among the first tab-separated parts (`time`, `id`,
/// level, … or level, `time`, `id`, …), or first behind the time or behind `RequestId: `.
fn request_id(text: &str, start: usize) -> Fact {
    let body = &text[start..];
    let skipped = if body.starts_with("RequestId: ") {
        11
    } else {
        0
    };
    let first = word(start + skipped, &body[skipped..]);
    if let Fact::Span(from, to) = first
        && is_uuid(&text[from..to])
    {
        return first;
    }
    let mut at = 0;
    for part in text.split('\t').take(3) {
        if is_uuid(part) {
            return Fact::Span(at, at + part.len());
        }
        at += part.len() + 1;
    }
    Fact::Missing
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Where JSON platform events hold the fields.
pub(super) struct PlatformPaths {
    kind: NodeId,
    tracing: NodeId,
    /// Per entry of [`JSON_PATHS`].
    values: [NodeId; JSON_PATHS.len()],
}

/// The types of platform events that correspond to a text line.
const TYPES: [(&str, &str); 3] = [
    ("platform.start", "START"),
    ("platform.runtimeDone", "END"),
    ("platform.report", "REPORT"),
];

const JSON_PATHS: [(&str, usize); 7] = [
    ("record.requestId", REQUEST_ID),
    ("record.metrics.durationMs", DURATION),
    ("record.metrics.billedDurationMs", BILLED_DURATION),
    ("record.metrics.initDurationMs", INIT_DURATION),
    ("record.metrics.memorySizeMB", MEMORY_SIZE),
    ("record.metrics.maxMemoryUsedMB", MAX_MEMORY_USED),
    ("record.tracing.spanId", XRAY_SEGMENT_ID),
];

impl PlatformPaths {
    /// Adds the paths to those that a walker collects.
    pub(super) fn new(paths: &mut Paths) -> PlatformPaths {
        PlatformPaths {
            kind: paths.insert("type"),
            tracing: paths.insert("record.tracing.value"),
            values: JSON_PATHS.map(|(path, _)| paths.insert(path)),
        }
    }

    /// The facts of the event that the walker read last; none if it is not the platform's.
    pub(super) fn facts(&self, walker: &Walker<'_>, text: &str) -> Facts {
        let mut facts = Facts::default();
        let plain = |node| {
            let span: Span = walker.anywhere(node)?;
            let plain = matches!(span.kind, Kind::String { escaped: false } | Kind::Number);
            plain.then_some(span)
        };
        let Some(kind) = plain(self.kind).map(|span| span.of(text)) else {
            return facts;
        };
        if !kind.starts_with("platform.") {
            return facts;
        }
        if let Some((_, name)) = TYPES.iter().find(|(platform, _)| *platform == kind) {
            facts.values[TYPE] = Fact::Fixed(name);
        }
        for ((_, field), node) in JSON_PATHS.iter().zip(self.values) {
            let Some(span) = plain(node) else {
                continue;
            };
            facts.values[*field] = match *field {
                MEMORY_SIZE | MAX_MEMORY_USED => Fact::Megabytes(span.start, span.end),
                _ => Fact::Span(span.start, span.end),
            };
        }
        if let Some(span) = plain(self.tracing) {
            facts.values[XRAY_TRACE_ID] = trace_root(span.of(text), span.start);
        }
        facts
    }
}

/// The trace id in `Root=1-…;Parent=…;Sampled=1`.
fn trace_root(text: &str, start: usize) -> Fact {
    let Some(at) = text.find("Root=") else {
        return Fact::Missing;
    };
    let root = &text[at + 5..];
    let len = root.find(';').unwrap_or(root.len());
    Fact::Span(start + at + 5, start + at + 5 + len)
}
