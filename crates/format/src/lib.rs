//! Log formats: from bytes to the columns that a query asks for.
//!
//! A [`Format`] is one entry of the [`registry::FORMATS`] slice, in a file of its own. It judges
//! whether the head of a file looks like it (sniffing) and opens a [`Decoder`] for that file. A
//! decoder turns blocks of text into [`columns::Columns`]: exactly the requested fields, nothing
//! else is decoded. The crate does no I/O and knows no Arrow; text columns use the 16-byte string
//! view layout that Arrow shares, so the engine wraps them without copying a byte.

pub mod columns;
pub mod csv_line;
pub mod event_time;
pub mod export;
pub mod flow_fields;
mod flow_lines;
pub mod json;
pub mod json_records;
pub mod json_scan;
pub mod lambda;
pub mod lines;
pub mod logfmt;
pub mod records;
pub mod registry;
pub mod route53;
pub mod s3_key;
pub mod system;
pub mod text;
pub mod tgw_flow;
pub mod vpc_flow;

use flowgauge_event::TimeRange;

use columns::Columns;

/// What is known about a file before its first byte is read.
#[derive(Debug, Clone, Default)]
pub struct FileContext {
    /// Path or URL as the user would recognise it; the second half of `@log`.
    pub path: String,
    /// Last path segment; `@logStream` of formats without an own stream.
    pub file_name: String,
    /// The path segment before it: `@logStream` of what an export task of CloudWatch Logs wrote.
    pub folder: Option<String>,
    /// Account from the key layout (`AWSLogs/<account>/…`).
    pub account: Option<String>,
    /// Region from the key layout.
    pub region: Option<String>,
    /// Event time for events that carry none, milliseconds: the slot of the key layout, if there is
    /// one. A file's modification time says nothing about its events.
    pub fallback_time: Option<i64>,
    /// Field list given by the user (`${version} ${account-id} …`), for flow logs without header.
    pub log_format: Option<String>,
}

/// How a requested column is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Facet {
    /// The field's text, as it prints.
    Text,
    /// The field as a number; missing where the text is none (`-`). Meant for fields whose
    /// [`FieldInfo::integer`] is set: 64-bit integers stand in the column, and any other number
    /// stands beside it ([`columns::Column::floats`]).
    Number,
    /// Milliseconds since the epoch: `@timestamp`, `@ingestionTime`.
    Time,
    /// A piece of the field's text, which is divided at every blank; the last piece takes the rest.
    /// Missing where the text has fewer pieces. Only where [`Decoder::divides`] says so.
    Piece {
        /// Number of the piece, from zero.
        at: usize,
        /// Number of pieces; more than `at`.
        of: usize,
    },
}

/// One requested column: a field under the user's spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Request {
    /// `@message`, `srcAddr`, `src_addr`, `items.0.id`, …
    pub name: String,
    /// How to deliver it.
    pub facet: Facet,
}

/// A condition that a decoder may apply itself, so that nothing is made of rows that do not meet it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The text that is tested; its facet is [`Facet::Text`] or [`Facet::Piece`].
    pub of: Request,
    /// What is asked of it.
    pub test: Test,
}

/// What a condition asks of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// It is this one, byte for byte; a missing text is not.
    Is(String),
    /// It is an IPv4 address in a subnet, or it is not; a missing text is not.
    InSubnet {
        /// The subnet's first address.
        network: u32,
        /// The bits of an address that count.
        mask: u32,
        /// The answer that is wanted.
        inside: bool,
    },
}

/// A field that a format knows by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldInfo {
    /// Canonical name.
    pub name: String,
    /// Whether values are integers or `-`, as a rule.
    pub integer: bool,
}

/// How sure a format is that a file is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// It is not.
    No,
    /// It can be read that way (plain text reads everything).
    Fallback,
    /// It looks like it.
    Likely,
    /// It carries the format's signature.
    Certain,
}

/// A log format.
pub struct Format {
    /// Name for `--format`.
    pub name: &'static str,
    /// One sentence for the manual.
    pub summary: &'static str,
    /// Judges the first bytes of a file (at most 64 KiB, cut at a line end when there is one).
    pub sniff: fn(head: &str, context: &FileContext) -> Confidence,
    /// Opens a decoder. Fails with a text for the user, e.g. a field list that cannot be read.
    pub open: fn(head: &str, context: &FileContext) -> Opened,
}

/// A decoder for one file, or a text for the user why there is none.
pub type Opened = Result<Box<dyn Decoder>, String>;

/// Decodes one file.
///
/// A decoder is created once per file and shared by the threads that read its blocks.
pub trait Decoder: Send + Sync {
    /// How the file is cut into blocks.
    fn framing(&self) -> Framing {
        Framing::Lines
    }

    /// Bytes of the file's beginning that hold no event (a header line, line end included).
    fn header_bytes(&self) -> usize {
        0
    }

    /// The format's own fields; `None` when fields are only known after reading (JSON).
    fn fields(&self) -> Option<Vec<FieldInfo>> {
        None
    }

    /// Whether a name is the same in any case (flow logs).
    fn case_insensitive(&self) -> bool {
        false
    }

    /// The canonical name of a field under any of its spellings, when the format has it.
    fn canonical(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }

    /// Whether [`Decoder::decode`] leaves out the rows that do not meet a condition. Where it does
    /// not, whoever asks has to look at every row.
    fn applies(&self, condition: &Condition) -> bool {
        let _ = condition;
        false
    }

    /// Whether [`Decoder::decode`] delivers a field in that many pieces ([`Facet::Piece`]).
    fn divides(&self, name: &str, pieces: usize) -> bool {
        let _ = (name, pieces);
        false
    }

    /// Decodes every event of `block` (whole events only) and appends one row each to `out`.
    /// Events outside `range` are skipped, and so are those that do not meet a condition of `out`
    /// that the decoder applies; `out` counts them.
    fn decode(&self, block: &str, range: TimeRange, out: &mut Columns);

    /// Calls `found` with the name of every field that each event of `block` holds, and `event`
    /// once per event. For `flowgauge fields`.
    fn discover(&self, block: &str, event: &mut dyn FnMut(), found: &mut dyn FnMut(&str));
}

/// How a file is cut into events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// One event a line; `\n` or `\r\n`.
    Lines,
    /// One JSON document whose `Records` (or top-level array) holds the events; a block is then
    /// the text of one or more elements, each followed by a line feed.
    JsonRecords,
}
