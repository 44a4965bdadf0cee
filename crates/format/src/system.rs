//! The fields that every event has whatever its format (spec 8.1), and the rows that carry them.
//!
//! A format tells which requested names are its own and gives their values; [`Rows`] adds the
//! system fields, applies the time window and keeps the counts.

use flowgauge_event::{Number, TimeRange, format_timestamp};

use crate::columns::{Column, Columns};
use crate::lines::{Line, Lines};
use crate::{Facet, FileContext, export};

/// What a log format's events have in common within one file.
#[derive(Debug, Clone)]
pub struct System {
    log: String,
    stream: String,
    account: Option<String>,
    region: Option<String>,
    fallback_time: Option<i64>,
    exported: bool,
}

/// Value of `@data_source_name` and `@data_source_type` where no data source is known (spec 8.1).
const UNKNOWN: &str = "Unknown";

impl System {
    /// The system fields of a file.
    pub fn new(context: &FileContext) -> System {
        let account = context.account.as_deref().unwrap_or("unknown");
        System {
            log: format!("{account}:{}", context.path),
            stream: context.file_name.clone(),
            account: context.account.clone(),
            region: context.region.clone(),
            fallback_time: context.fallback_time,
            exported: false,
        }
    }

    /// The system fields of a file with that beginning, which may come from an export task.
    pub(crate) fn of_file(head: &str, context: &FileContext) -> System {
        let mut system = System::new(context);
        if export::is_export(head) {
            system.exported = true;
            if let Some(stream) = export::stream(context) {
                stream.clone_into(&mut system.stream);
            }
        }
        system
    }

    /// The lines of a block of the file.
    pub(crate) fn lines<'b>(&self, block: &'b str) -> Lines<'b> {
        match self.exported {
            true => Lines::of_export(block),
            false => Lines::new(block),
        }
    }

    fn slot(&self, name: &str, scratch: &mut Vec<u8>) -> Option<Slot> {
        let constant = match name {
            "@timestamp" => return Some(Slot::Time),
            "@ingestionTime" => return Some(Slot::Ingestion),
            "@message" => return Some(Slot::Message),
            "@logStream" => Some(self.stream.as_str()),
            "@log" => Some(self.log.as_str()),
            "@aws.account" => self.account.as_deref(),
            "@aws.region" => self.region.as_deref(),
            "@data_source_name" | "@data_source_type" => Some(UNKNOWN),
            "@data_format" => Some("Default"),
            _ => return None,
        };
        Some(match constant {
            Some(text) => Slot::Constant(Columns::scratch_view(scratch, text.as_bytes())),
            None => Slot::Missing,
        })
    }
}

/// Where the value of a requested column comes from.
#[derive(Debug, Clone, Copy)]
enum Slot {
    Time,
    Ingestion,
    Message,
    Constant(u128),
    Own(usize),
    Missing,
}

/// The value of a format's own field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldText<'t> {
    /// The event does not have the field.
    Missing,
    /// `len` bytes at offset `start` of the line.
    Line {
        /// First byte.
        start: usize,
        /// Number of bytes.
        len: usize,
    },
    /// Text that does not stand in the line.
    Other(&'t str),
}

impl FieldText<'_> {
    /// A piece of the line, given by its byte range.
    pub fn span(start: usize, end: usize) -> FieldText<'static> {
        FieldText::Line {
            start,
            len: end - start,
        }
    }
}

/// Appends rows to columns.
#[derive(Debug)]
pub struct Rows<'c> {
    out: &'c mut Columns,
    block: &'c [u8],
    slots: Vec<Slot>,
    range: TimeRange,
    fallback_time: Option<i64>,
    needs_time: bool,
    /// For values that have to be written out.
    text: String,
}

impl<'c> Rows<'c> {
    /// Rows of `block` for the columns of `out`. `own` gives a format's number for a requested
    /// name, if the name is one of its fields; a format's own fields go before system fields.
    pub fn new(
        system: &System,
        block: &'c str,
        range: TimeRange,
        out: &'c mut Columns,
        mut own: impl FnMut(&str) -> Option<usize>,
    ) -> Rows<'c> {
        let Columns {
            columns, scratch, ..
        } = &mut *out;
        let slots: Vec<Slot> = columns
            .iter()
            .map(|column| {
                let name = column.request.name.as_str();
                let slot = match own(name) {
                    Some(number) => Slot::Own(number),
                    None => system.slot(name, scratch).unwrap_or(Slot::Missing),
                };
                match slot {
                    // Neither is ever an integer or a time.
                    Slot::Constant(_) | Slot::Message if column.request.facet != Facet::Text => {
                        Slot::Missing
                    }
                    slot => slot,
                }
            })
            .collect();
        let needs_time = !range.is_unbounded()
            || slots.iter().any(|slot| match slot {
                Slot::Time => true,
                Slot::Ingestion => system.fallback_time.is_none(),
                _ => false,
            });
        Rows {
            out,
            block: block.as_bytes(),
            slots,
            range,
            fallback_time: system.fallback_time,
            needs_time,
            text: String::new(),
        }
    }

    /// Whether event times matter; if not, a format may pass `None` for all of them.
    pub fn needs_time(&self) -> bool {
        self.needs_time
    }

    /// Counts an event that does not fit its format.
    pub fn count_malformed(&mut self) {
        self.out.malformed += 1;
    }

    /// Adds one event. `time` is the time that the event states, which counts unless an export gives
    /// another; `value` gives the format's own fields by their number, with a string to put text into.
    /// An event outside the window is only counted; under a bounded window that goes for an event
    /// without any time, too.
    pub fn push(
        &mut self,
        line: &Line<'_>,
        time: Option<i64>,
        mut value: impl for<'s> FnMut(usize, &'s mut String) -> FieldText<'s>,
    ) {
        self.out.events += 1;
        self.out.event_bytes += line.full_len as u64;
        self.out.cut += u64::from(line.cut());
        let exported = match self.needs_time && !line.stamp.is_empty() {
            true => export::time(line.stamp.as_bytes()),
            false => None,
        };
        let time = exported.or(time).or(self.fallback_time);
        if !self.range.is_unbounded() && !time.is_some_and(|time| self.range.contains(time)) {
            self.out.timeless += u64::from(time.is_none());
            return;
        }
        self.out.rows += 1;
        let Columns {
            columns, scratch, ..
        } = &mut *self.out;
        for (slot, column) in self.slots.iter().zip(columns) {
            match *slot {
                Slot::Time => push_time(column, scratch, time),
                Slot::Ingestion => push_time(column, scratch, self.fallback_time.or(time)),
                Slot::Message => column.push_block_text(self.block, line.start, line.text.len()),
                Slot::Constant(view) => column.push_view(view),
                Slot::Missing => column.push_missing(),
                Slot::Own(number) => match value(number, &mut self.text) {
                    FieldText::Missing => column.push_missing(),
                    FieldText::Line { start, len } if column.request.facet == Facet::Text => {
                        column.push_block_text(self.block, line.start + start, len);
                    }
                    FieldText::Line { start, len } => {
                        push_number(column, &line.text.as_bytes()[start..start + len]);
                    }
                    FieldText::Other(text) if column.request.facet == Facet::Text => {
                        column.push_view(Columns::scratch_view(scratch, text.as_bytes()));
                    }
                    FieldText::Other(text) => push_number(column, text.as_bytes()),
                },
            }
        }
    }
}

fn push_time(column: &mut Column, scratch: &mut Vec<u8>, time: Option<i64>) {
    match time {
        None => column.push_missing(),
        Some(time) if column.request.facet == Facet::Text => {
            let text = format_timestamp(time);
            column.push_view(Columns::scratch_view(scratch, text.as_bytes()));
        }
        Some(time) => column.push_integer(time),
    }
}

fn push_number(column: &mut Column, text: &[u8]) {
    match Number::parse_bytes(text) {
        Some(Number::Int(value)) => column.push_integer(value),
        _ => column.push_missing(),
    }
}
