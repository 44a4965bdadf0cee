//! Events as maps of fields, and naive readers that make them from text.
//!
//! The readers share nothing with the format crate: a JSON reader of our own, and flow logs split
//! at blanks.

use std::collections::BTreeMap;

use flowgauge_event::{Number, Value, limits, time};

use super::json::{self, Json};

/// One event: every field under its name.
#[derive(Debug, Clone, Default)]
pub struct Row {
    fields: BTreeMap<String, Value>,
    /// Whether names are the same in any case and under the spellings of flow logs.
    flow_names: bool,
}

impl Row {
    /// A row with these fields, found under exactly these names.
    pub fn new<N: Into<String>>(fields: impl IntoIterator<Item = (N, Value)>) -> Row {
        Row {
            fields: fields
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
            flow_names: false,
        }
    }

    /// The field's value under the user's spelling.
    pub fn get(&self, name: &str) -> Value {
        let found = if self.flow_names && !name.starts_with('@') {
            self.fields.get(&flow_name(name))
        } else {
            self.fields.get(name)
        };
        found.cloned().unwrap_or(Value::Missing)
    }

    /// The names of the fields, as they are kept.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// Sets a field.
    pub fn set(&mut self, name: &str, value: Value) {
        self.fields.insert(name.to_owned(), value);
    }

    fn event(message: &str, timestamp: Option<i64>) -> Row {
        Row::new([
            ("@message", Value::Text(message.to_owned())),
            ("@timestamp", timestamp.map_or(Value::Missing, Value::Time)),
        ])
    }
}

/// Turns the text of a data file into rows in input order.
pub trait Loader {
    /// Reads a whole file. `name` is for messages. Fails when the text is not of the format at
    /// all; a single bad line is an event with a message and nothing else.
    fn load(&self, name: &str, text: &str) -> Result<Vec<Row>, String>;
}

/// Members of a JSON event that hold its time, the first one that does wins; `@timestamp` in the
/// spelling of a discovered field.
const TIME_KEYS: [&str; 21] = [
    "@@timestamp",
    "timestamp",
    "time",
    "eventTime",
    "ts",
    "date",
    "datetime",
    "query_timestamp",
    "event_timestamp",
    "stageTimestamp",
    "requestReceivedTimestamp",
    "requestTimeEpoch",
    "requestTime",
    "_aws.Timestamp",
    "Timestamp",
    "mail.timestamp",
    "service.eventLastSeen",
    "@@t",
    "timeMillis",
    "asctime",
    "__REALTIME_TIMESTAMP",
];

/// One JSON object a line. The time is the member `timestamp` or one of its usual names: epoch
/// milliseconds, epoch seconds, or RFC 3339.
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonLines;

/// VPC and transit gateway flow log records, with a header line or in the default format.
#[derive(Debug, Clone, Copy, Default)]
pub struct FlowLogLines;

/// Flow log records whose fields the user lists, as `${version} ${account-id} …`; a header line
/// still wins.
#[derive(Debug, Clone)]
pub struct ListedFlowLogLines(pub String);

/// One event a line. A line that begins with an RFC 3339 time has that time.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainLines;

impl Loader for JsonLines {
    fn load(&self, _name: &str, text: &str) -> Result<Vec<Row>, String> {
        Ok(text
            .lines()
            .filter(|line| !line.is_empty())
            .map(json_row)
            .collect())
    }
}

impl Loader for FlowLogLines {
    fn load(&self, name: &str, text: &str) -> Result<Vec<Row>, String> {
        let header = match text.lines().find(|line| !line.is_empty()) {
            Some(first) if first.contains(" tgw-") => TRANSIT_GATEWAY_HEADER,
            _ => DEFAULT_FLOW_HEADER,
        };
        flow_rows(name, text, header)
    }
}

impl Loader for ListedFlowLogLines {
    fn load(&self, name: &str, text: &str) -> Result<Vec<Row>, String> {
        flow_rows(name, text, &self.0.replace(['$', '{', '}'], ""))
    }
}

impl Loader for PlainLines {
    fn load(&self, _name: &str, text: &str) -> Result<Vec<Row>, String> {
        let row = |line: &str| {
            let first = line.split_whitespace().next().unwrap_or("");
            // A date alone or a bare number is more often no time.
            let timed = first.len() > 10 && first.contains('T');
            Row::event(line, timed.then(|| time::parse_date_time(first)).flatten())
        };
        Ok(text
            .lines()
            .filter(|line| !line.is_empty())
            .map(row)
            .collect())
    }
}

const DEFAULT_FLOW_HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport \
    dstport protocol packets bytes start end action log-status";

const TRANSIT_GATEWAY_HEADER: &str = "version resource-type account-id tgw-id tgw-attachment-id \
    tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id \
    tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id \
    tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end \
    log-status type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded \
    packets-lost-ttl-expired tcp-flags region flow-direction pkt-src-aws-service \
    pkt-dst-aws-service";

/// Fields of which every useful field list has one.
const KEY_FIELDS: [&str; 4] = ["srcaddr", "dstaddr", "interfaceid", "start"];

/// Whether a line names fields: its words are names of fields, and records hold no such word.
pub(crate) fn is_flow_header(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.any(|word| matches!(word, "srcaddr" | "dstaddr" | "interface-id" | "log-status"))
}

/// Whether a line is a record in a default format.
pub(crate) fn is_default_flow_record(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    matches!((words.len(), words.first()), (14, Some(&"2")))
        || (words.len() == 36 && words[3].starts_with("tgw-"))
}

/// One name for all spellings of a flow log field (spec 8.3): lower case, no separators.
fn flow_name(name: &str) -> String {
    let folded: String = name
        .chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    match folded.as_str() {
        "starttime" => "start".to_owned(),
        "endtime" => "end".to_owned(),
        "sourceaddr" => "srcaddr".to_owned(),
        "destinationaddr" | "destaddr" => "dstaddr".to_owned(),
        _ => folded,
    }
}

/// The rows of a file without a header line, whose fields `header` names; its own header wins.
fn flow_rows(name: &str, text: &str, header: &str) -> Result<Vec<Row>, String> {
    let mut lines = text.lines().filter(|line| !line.is_empty()).peekable();
    let header = lines.next_if(|line| is_flow_header(line)).unwrap_or(header);
    let names: Vec<String> = header.split_whitespace().map(flow_name).collect();
    if !names
        .iter()
        .any(|field| KEY_FIELDS.contains(&field.as_str()))
    {
        return Err(format!("{name}: no known field of flow logs in `{header}`"));
    }
    Ok(lines.map(|line| flow_row(&names, name, line)).collect())
}

fn flow_row(names: &[String], file: &str, line: &str) -> Row {
    // Pasted records can hold doubled blanks.
    let values: Vec<&str> = line.split_whitespace().collect();
    // Text of as many words is no record: a record's version is a small number.
    let is_version = |text: &str| text.len() <= 3 && text.chars().all(|c| c.is_ascii_digit());
    let mut versions = names
        .iter()
        .zip(&values)
        .filter(|(name, _)| *name == "version");
    if values.len() != names.len() || !versions.all(|(_, value)| is_version(value)) {
        return Row {
            flow_names: true,
            ..Row::event(line, None)
        };
    }
    let value = |wanted: &str| {
        let found = names.iter().zip(&values).find(|(name, _)| *name == wanted);
        found.map(|(_, value)| *value).filter(|value| *value != "-")
    };
    let millis = |name| Some(value(name)?.parse::<i64>().ok()? * 1000);
    let has_start = names.iter().any(|name| name == "start");
    let mut row = Row::event(line, millis(if has_start { "start" } else { "end" }));
    row.flow_names = true;
    // A stream per interface, as the service names them (flow log spec 2.2).
    let stream = value("interfaceid").map_or(file.to_owned(), |id| format!("{id}-all"));
    row.set("@logStream", Value::Text(stream));
    let account = value("accountid").unwrap_or("unknown");
    row.set("@log", Value::Text(format!("{account}:{file}")));
    row.set(
        "@ingestionTime",
        millis("end").map_or(Value::Missing, Value::Time),
    );
    for (name, value) in names.iter().zip(&values) {
        row.set(name, Value::Text((*value).to_owned()));
    }
    row
}

fn json_row(line: &str) -> Row {
    let Some(document) = json::parse(line).filter(|json| matches!(json, Json::Object(..))) else {
        return Row::event(line, None);
    };
    let mut found = Discovery::default();
    found.visit(&document, "", 0, false);
    let timestamp = TIME_KEYS
        .iter()
        .find_map(|name| json_time(&found.fields.get(*name)?.0));
    let mut row = Row::event(line, timestamp);
    for (name, (value, _)) in found.fields {
        row.set(&name, value);
    }
    row
}

fn json_time(value: &Value) -> Option<i64> {
    let Value::Text(text) = value else {
        return None;
    };
    match Number::parse(text) {
        Some(number) => {
            let number = number.as_f64();
            // The border between seconds and milliseconds that `parse_time` uses too.
            let millis = if number.abs() >= 1e11 {
                number
            } else {
                number * 1000.0
            };
            Some(millis.trunc() as i64)
        }
        None => time::parse_date_time(text).or_else(|| access_log_time(text)),
    }
}

/// `01/May/2024:00:00:00 +0000`.
fn access_log_time(text: &str) -> Option<i64> {
    let time = jiff::fmt::strtime::parse("%d/%b/%Y:%H:%M:%S %z", text).ok()?;
    Some(time.to_timestamp().ok()?.as_millisecond())
}

/// Flattened fields of a JSON event: value, and whether a key on the way held a dot.
#[derive(Default)]
struct Discovery {
    fields: BTreeMap<String, (Value, bool)>,
    leaves: usize,
}

impl Discovery {
    fn visit(&mut self, json: &Json<'_>, name: &str, depth: usize, dotted: bool) {
        let mut child = |key: &str, value: &Json<'_>| {
            // A name that begins with `@` gets a second one, so that it is no system field.
            let name = match (name.is_empty(), key.starts_with('@')) {
                (true, true) => format!("@{key}"),
                (true, false) => key.to_owned(),
                (false, _) => format!("{name}.{key}"),
            };
            self.visit(value, &name, depth + 1, dotted || key.contains('.'));
        };
        match json {
            Json::Object(_, members) if depth < limits::JSON_DEPTH => {
                members.iter().for_each(|(key, value)| child(key, value));
            }
            Json::Array(_, items) if depth < limits::JSON_DEPTH => items
                .iter()
                .enumerate()
                .for_each(|(index, value)| child(&index.to_string(), value)),
            Json::Null => {}
            Json::Bool(_) | Json::Number(_) | Json::Text(_) => {
                if self.leaves == limits::JSON_FIELDS {
                    return;
                }
                self.leaves += 1;
            }
            Json::Object(..) | Json::Array(..) => {}
        }
        if name.is_empty() {
            return;
        }
        // Containers are fields too, as their text; they do not count as discovered.
        let value = match json.value() {
            Value::Structure(text) => Value::Text(text),
            Value::Missing => return,
            value => value,
        };
        let nested_wins = self
            .fields
            .get(name)
            .is_some_and(|(_, other_dotted)| dotted && !other_dotted);
        if !nested_wins {
            self.fields.insert(name.to_owned(), (value, dotted));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(row: &Row, name: &str) -> Option<String> {
        row.get(name).print().map(|text| text.into_owned())
    }

    #[test]
    fn json_events_are_flattened() {
        let line = r#"{"ok":true,"n":{"a":[{"b":5}]},"@x":1,"timestamp":"2024-05-01T00:00:00Z","a.b":1,"a":{"b":2},"z":null,"d":1.50}"#;
        let rows = JsonLines.load("t", line).expect("rows");
        for (name, expected) in [
            ("ok", Some("1")),
            ("n.a.0.b", Some("5")),
            ("n.a", Some(r#"[{"b":5}]"#)),
            ("@@x", Some("1")),
            ("@timestamp", Some("2024-05-01 00:00:00.000")),
            ("a.b", Some("2")),
            ("z", None),
            ("d", Some("1.50")),
            ("@message", Some(line)),
        ] {
            assert_eq!(print(&rows[0], name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn only_the_first_fields_are_discovered() {
        let members: Vec<String> = (0..201).map(|i| format!("\"f{i}\":{i}")).collect();
        let rows = JsonLines
            .load("t", &format!("{{{}}}", members.join(",")))
            .expect("rows");
        assert_eq!(print(&rows[0], "f199").as_deref(), Some("199"));
        assert_eq!(print(&rows[0], "f200"), None);
    }

    #[test]
    fn flow_logs_answer_to_every_spelling() {
        let text = "2 123456789010 eni-1 10.0.0.1 10.0.0.2 49152 443 6 10 840 1620140761 1620140821 ACCEPT OK\nbroken line\n";
        let rows = FlowLogLines.load("t", text).expect("rows");
        for name in ["srcAddr", "srcaddr", "src_addr", "src-addr", "source_addr"] {
            assert_eq!(print(&rows[0], name).as_deref(), Some("10.0.0.1"), "{name}");
        }
        assert_eq!(print(&rows[0], "startTime").as_deref(), Some("1620140761"));
        assert_eq!(
            print(&rows[0], "@timestamp").as_deref(),
            Some("2021-05-04 15:06:01.000")
        );
        assert_eq!(print(&rows[1], "srcAddr"), None);
        assert_eq!(print(&rows[1], "@message").as_deref(), Some("broken line"));
        assert!(
            FlowLogLines
                .load("t", "log-status action\nOK ACCEPT")
                .is_err()
        );
    }
}
