//! Route 53 public DNS query logs: ten fields separated by blanks (spec 8.2).

use flowgauge_event::TimeRange;

use crate::columns::Columns;
use crate::lines::Lines;
use crate::system::{FieldText, Rows, System};
use crate::{Confidence, Decoder, FieldInfo, FileContext, Format, event_time};

/// Route 53 query logs.
pub static FORMAT: Format = Format {
    name: "route53",
    summary: "Route 53 public DNS query logs",
    sniff,
    open: |head, context| Ok(Box::new(Route53(System::of_file(head, context)))),
};

/// The fields in the order of the line.
const FIELDS: [&str; 10] = [
    "version",
    "queryTimestamp",
    "hostZoneId",
    "queryName",
    "queryType",
    "responseCode",
    "protocol",
    "edgeLocation",
    "resolverIp",
    "ednsClientSubnet",
];
/// Number of `queryTimestamp`, the event time.
const TIME: usize = 1;

fn sniff(head: &str, _: &FileContext) -> Confidence {
    let mut lines = Lines::new(head).take(5).peekable();
    let all = lines.peek().is_some()
        && lines.all(|line| {
            let spans = split(line.text);
            spans.is_some_and(|spans| {
                let field = |number: usize| &line.text[spans[number].0..spans[number].1];
                field(0) == "1.0" && field(2).starts_with('Z') && time(field(TIME)).is_some()
            })
        });
    if all {
        Confidence::Certain
    } else {
        Confidence::No
    }
}

/// Byte ranges of the ten fields; `None` if there are not exactly ten.
fn split(line: &str) -> Option<[(usize, usize); 10]> {
    let mut spans = [(0, 0); 10];
    let mut start = 0;
    let mut ends = memchr::memchr_iter(b' ', line.as_bytes()).chain([line.len()]);
    for span in &mut spans {
        let end = ends.next()?;
        *span = (start, end);
        start = end + 1;
    }
    ends.next().is_none().then_some(spans)
}

fn time(text: &str) -> Option<i64> {
    event_time::leading(text)
        .filter(|(_, length)| *length == text.len())
        .map(|(time, _)| time)
}

struct Route53(System);

impl Decoder for Route53 {
    fn fields(&self) -> Option<Vec<FieldInfo>> {
        let field = |name: &&str| FieldInfo {
            name: (*name).to_owned(),
            integer: false,
        };
        Some(FIELDS.iter().map(field).collect())
    }

    fn canonical(&self, name: &str) -> Option<String> {
        FIELDS.contains(&name).then(|| name.to_owned())
    }

    fn decode(&self, block: &str, range: TimeRange, out: &mut Columns) {
        let mut rows = Rows::new(&self.0, block, range, out, |name| {
            FIELDS.iter().position(|field| *field == name)
        });
        for line in self.0.lines(block) {
            let spans = split(line.text);
            if spans.is_none() {
                rows.count_malformed();
            }
            let time = spans
                .filter(|_| rows.needs_time())
                .and_then(|spans| time(&line.text[spans[TIME].0..spans[TIME].1]));
            rows.push(&line, time, |number, _| match spans {
                Some(spans) => FieldText::span(spans[number].0, spans[number].1),
                None => FieldText::Missing,
            });
        }
    }

    fn discover(&self, block: &str, event: &mut dyn FnMut(), found: &mut dyn FnMut(&str)) {
        for line in self.0.lines(block) {
            event();
            if split(line.text).is_some() {
                FIELDS.iter().for_each(|field| found(field));
            }
        }
    }
}
