//! JSON lines: one object a line, its fields by their flattened names (spec 8.4).

use flowgauge_event::TimeRange;

use crate::columns::Columns;
use crate::json_scan::flatten::flatten;
use crate::json_scan::paths::{NodeId, Paths};
use crate::json_scan::text::unescape_into;
use crate::json_scan::walk::Walker;
use crate::json_scan::{self, Cursor, Kind, Span};
use crate::lines::{Line, Lines};
use crate::system::{FieldText, Rows, System};
use crate::{Confidence, Decoder, FileContext, Format, event_time};

/// JSON lines.
pub static FORMAT: Format = Format {
    name: "json",
    summary: "one JSON object a line; nested fields by dotted names",
    sniff,
    open: |head, context| Ok(Box::new(JsonDecoder::new(System::of_file(head, context)))),
};

/// Keys that hold the event time, the first one that does wins; in flattened spelling. Behind the
/// usual ones come those that only certain logs have, and whose names leave no doubt.
pub(crate) const TIME_KEYS: [&str; 21] = [
    "@@timestamp",
    "timestamp",
    "time",
    "eventTime",
    "ts",
    "date",
    "datetime",
    // Route 53 Resolver.
    "query_timestamp",
    // Network Firewall and Step Functions.
    "event_timestamp",
    // Audit logs of Kubernetes, such as those of EKS.
    "stageTimestamp",
    "requestReceivedTimestamp",
    // Access logs of API Gateway.
    "requestTimeEpoch",
    "requestTime",
    // The embedded metric format, Container Insights, SES, GuardDuty.
    "_aws.Timestamp",
    "Timestamp",
    "mail.timestamp",
    "service.eventLastSeen",
    // Serilog, Log4j, Python's logging, journald.
    "@@t",
    "timeMillis",
    "asctime",
    "__REALTIME_TIMESTAMP",
];

/// Lines of the head that sniffing looks at.
const SNIFFED_LINES: usize = 10;

fn sniff(head: &str, _: &FileContext) -> Confidence {
    let mut objects = 0;
    let mut others = 0;
    for line in Lines::new(head).take(SNIFFED_LINES) {
        let last = line.start + line.full_len >= head.len();
        if json_scan::is_object(line.text) || (last && breaks_off(line.text)) {
            objects += 1;
        } else if objects == 0 {
            return Confidence::No;
        } else {
            others += 1;
        }
    }
    match (objects, others) {
        (0, _) => Confidence::No,
        (2.., 0) => Confidence::Certain,
        _ if objects > others => Confidence::Likely,
        _ => Confidence::No,
    }
}

/// Whether the text is an object that goes on behind its end.
fn breaks_off(text: &str) -> bool {
    let mut cursor = Cursor::new(text, 0);
    cursor.next_token() == Some(b'{')
        && cursor
            .value(0)
            .is_err_and(|error| error.offset == text.len())
}

/// Decodes blocks of one JSON object a line; also for the elements of a `Records` document.
pub(crate) struct JsonDecoder {
    system: System,
}

impl JsonDecoder {
    pub(crate) fn new(system: System) -> JsonDecoder {
        JsonDecoder { system }
    }
}

impl Decoder for JsonDecoder {
    fn decode(&self, block: &str, range: TimeRange, out: &mut Columns) {
        let mut fields = JsonFields::default();
        let mut rows = Rows::new(&self.system, block, range, out, |name| fields.request(name));
        fields.request_time(rows.needs_time());
        let mut walker = Walker::new(&fields.paths);
        for line in self.system.lines(block) {
            if walker.read_all(line.text).is_err() {
                rows.count_malformed();
            }
            let time = fields.time(&walker, line.text);
            rows.push(&line, time, |number, scratch| {
                fields.value(&walker, &line, number, scratch)
            });
        }
    }

    fn discover(&self, block: &str, event: &mut dyn FnMut(), found: &mut dyn FnMut(&str)) {
        for line in self.system.lines(block) {
            event();
            if json_scan::is_object(line.text) {
                let mut cursor = Cursor::new(line.text, 0);
                cursor.blanks();
                // Cannot fail: the line was just read as an object.
                let _ = flatten(line.text, cursor.pos, found);
            }
        }
    }
}

/// The requested fields of JSON events; shared by the formats that hold JSON.
#[derive(Debug)]
pub(crate) struct JsonFields {
    pub(crate) paths: Paths,
    nodes: Vec<NodeId>,
    times: Vec<NodeId>,
}

impl Default for JsonFields {
    fn default() -> JsonFields {
        JsonFields {
            paths: Paths::new(),
            nodes: Vec::new(),
            times: Vec::new(),
        }
    }
}

impl JsonFields {
    /// Takes a requested name and returns its number; `None` for names that no JSON field has.
    pub(crate) fn request(&mut self, name: &str) -> Option<usize> {
        // A key that begins with `@` is written with two.
        if name.starts_with('@') && !name.starts_with("@@") {
            return None;
        }
        self.nodes.push(self.paths.insert(name));
        Some(self.nodes.len() - 1)
    }

    /// Whether [`JsonFields::time`] will be needed.
    pub(crate) fn request_time(&mut self, needed: bool) {
        if needed {
            self.times = TIME_KEYS.map(|key| self.paths.insert(key)).to_vec();
        }
    }

    /// The time that the event read last states.
    pub(crate) fn time(&self, walker: &Walker<'_>, text: &str) -> Option<i64> {
        self.times.iter().find_map(|node| {
            let span = walker.anywhere(*node)?;
            match span.kind {
                Kind::String { escaped: false } => event_time::from_text(span.of(text)),
                Kind::Number => event_time::from_number(span.of(text)),
                _ => None,
            }
        })
    }

    /// The value of field `number` in the event read last.
    pub(crate) fn value<'s>(
        &self,
        walker: &Walker<'_>,
        line: &Line<'_>,
        number: usize,
        scratch: &'s mut String,
    ) -> FieldText<'s> {
        match walker.field(self.nodes[number]) {
            Some(span) => field_text(span, line.text, scratch),
            None => FieldText::Missing,
        }
    }
}

/// A JSON value as a field prints it (spec 8.4).
pub(crate) fn field_text<'s>(span: Span, text: &str, scratch: &'s mut String) -> FieldText<'s> {
    match span.kind {
        Kind::True => FieldText::Other("1"),
        Kind::False => FieldText::Other("0"),
        Kind::Null => FieldText::Missing,
        Kind::String { escaped: true } => {
            scratch.clear();
            unescape_into(span.of(text), scratch);
            FieldText::Other(scratch)
        }
        _ => FieldText::span(span.start, span.end),
    }
}
