//! Decoding of space separated flow log records, VPC and transit gateway alike.
//!
//! Speed comes from the order of work. A chunk of some KiB is first indexed (where are its blanks
//! and line feeds, with SIMD), then its lines are surveyed (how many values, is it a record, is it
//! in the time range), and only then is each requested column filled in one tight loop over the
//! surviving lines. Lines that are not plain records (doubled blanks, wrong number of values) leave
//! the fast loops and are decoded one by one, with the same result.

mod addresses;
mod check;
mod digits;
mod index;
mod layout;
mod plan;
mod separators;

use flowgauge_event::{TimeRange, limits};
use memchr::memchr;

use crate::columns::Columns;
use crate::{Condition, Decoder, FieldInfo, FileContext, Opened, export};
use index::{Index, Line};
pub(crate) use layout::{Kind, Layout};
use plan::{Loose, Plan, Record, Row};

/// Decoder of one file of flow log records.
pub(crate) struct FlowDecoder {
    kind: Kind,
    layout: Layout,
    context: FileContext,
    header_bytes: usize,
    /// Whether an export put the times of the events before them.
    exported: bool,
}

impl FlowDecoder {
    /// Opens a file of that kind by its beginning.
    pub(crate) fn open(kind: Kind, head: &str, context: &FileContext) -> Opened {
        let exported = export::is_export(head);
        let layout = Layout::of_file(&export::messages(head), context, kind)?;
        let first = head.split_inclusive('\n').next().unwrap_or_default();
        let header_bytes = if layout.is_header(without_line_end(first)) {
            first.len()
        } else {
            0
        };
        Ok(Box::new(FlowDecoder {
            kind,
            layout,
            context: context.clone(),
            header_bytes,
            exported,
        }))
    }

    /// Whether an indexed line is a record whose values the index delimits. The answer `false`
    /// only means that the line needs a closer look.
    #[inline(always)]
    fn is_plain_record(&self, block: &str, record: &Record, line: Line) -> bool {
        let before = usize::from(self.exported);
        if !line.plain || line.tokens() != before + self.layout.len() {
            return false;
        }
        if self.exported && record.stamp().is_none() {
            return false;
        }
        if record.is_cut() && record.ends_in_nothing() {
            return false;
        }
        match self.layout.version() {
            Some(place) => {
                let (start, end) = record.span(place);
                digits::is_version(&block.as_bytes()[start..end])
            }
            None => {
                let (start, end) = record.line();
                !self.layout.is_header(&block[start..end])
            }
        }
    }
}

impl FlowDecoder {
    /// Bytes of the line that an export put before the event.
    fn stamp_bytes(&self, line: &str) -> usize {
        match self.exported && export::is_stamped(line.as_bytes()) {
            true => export::STAMP_BYTES,
            false => 0,
        }
    }
}

impl Decoder for FlowDecoder {
    fn header_bytes(&self) -> usize {
        self.header_bytes
    }

    fn fields(&self) -> Option<Vec<FieldInfo>> {
        Some(self.layout.fields())
    }

    fn case_insensitive(&self) -> bool {
        true
    }

    fn canonical(&self, name: &str) -> Option<String> {
        let place = self.layout.place(name)?;
        Some(self.layout.name(place).to_owned())
    }

    fn applies(&self, condition: &Condition) -> bool {
        check::is_checked(condition, &self.layout)
    }

    fn divides(&self, name: &str, pieces: usize) -> bool {
        // Then the pieces of a plain record are its values.
        name == "@message" && pieces == self.layout.len()
    }

    fn decode(&self, block: &str, range: TimeRange, out: &mut Columns) {
        let plan = Plan::new(
            block.as_bytes(),
            out,
            &self.layout,
            self.kind,
            &self.context,
            self.exported,
        );
        let mut work = Work {
            decoder: self,
            block,
            range,
            plan,
            out,
            values: Vec::new(),
        };
        work.run();
    }

    fn discover(&self, block: &str, event: &mut dyn FnMut(), found: &mut dyn FnMut(&str)) {
        let fields = self.layout.fields();
        let mut values = Vec::new();
        // Not `lines`, which keeps a carriage return at the end of the block.
        for line in block.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            let line = &line[self.stamp_bytes(line)..];
            split_values(line, 0, &mut values);
            if values.is_empty() || self.layout.is_header(line) {
                continue;
            }
            event();
            if self.layout.fits(line.as_bytes(), &values) {
                fields.iter().for_each(|field| found(&field.name));
            }
        }
    }
}

/// One block on its way into columns.
struct Work<'a, 'o> {
    decoder: &'a FlowDecoder,
    block: &'a str,
    range: TimeRange,
    plan: Plan<'a>,
    out: &'o mut Columns,
    /// Values of the line at hand, for lines that are taken apart by themselves.
    values: Vec<(usize, usize)>,
}

impl Work<'_, '_> {
    fn run(&mut self) {
        let bytes = self.block.as_bytes();
        let mut index = Index::new();
        let mut firsts = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let next = index.fill(bytes, at);
            if next > at {
                self.indexed(&index, &mut firsts);
                if at == 0 {
                    // Lines of one file are of a kind: the first chunk tells how many rows there
                    // will be, give or take a sixteenth.
                    let rows = bytes.len() * self.out.rows / next;
                    self.out.reserve(rows + rows / 16);
                }
                at = next;
            } else {
                // The last line, or one that is longer than a chunk.
                let end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |feed| at + feed + 1);
                self.loose(at, end);
                at = end;
            }
        }
    }

    /// Decodes the lines of an index. `firsts` is room for the places of its records.
    fn indexed(&mut self, index: &Index, firsts: &mut Vec<u32>) {
        let bytes = self.block.as_bytes();
        let places = self.decoder.layout.len();
        firsts.clear();
        for line in index.lines() {
            let record = Record {
                block: bytes,
                separators: index.separators(),
                // The time of an export is no value.
                first: line.first + u32::from(self.decoder.exported),
                places,
            };
            if !self.decoder.is_plain_record(self.block, &record, line) {
                self.records(index, firsts);
                let (start, end) = index.span(line);
                self.loose(start, end);
                continue;
            }
            let (start, end) = record.line();
            self.out.events += 1;
            self.out.event_bytes += (end - start) as u64;
            if self.plan.meets_texts(&record)
                && (self.range.is_unbounded()
                    || Self::in_range(self.range, self.plan.time(&record), self.out))
            {
                firsts.push(record.first);
            }
        }
        self.records(index, firsts);
    }

    /// Decodes plain records, as far as the addresses in them are wanted; their places are then
    /// forgotten.
    fn records(&mut self, index: &Index, firsts: &mut Vec<u32>) {
        let places = self.decoder.layout.len();
        self.plan.keep_addresses(index, firsts, places);
        self.plan.push_records(index, firsts, places, self.out);
        firsts.clear();
    }

    /// Decodes one line of any shape.
    fn loose(&mut self, start: usize, end: usize) {
        let layout = &self.decoder.layout;
        let line = without_line_end(&self.block[start..end]);
        let stamp = self.decoder.stamp_bytes(line);
        let (start, mut line) = (start + stamp, &line[stamp..]);
        if line.trim_start_matches(' ').is_empty() || layout.is_header(line) {
            return;
        }
        if line.len() > limits::EVENT_BYTES {
            line = &line[..line.floor_char_boundary(limits::EVENT_BYTES)];
            self.out.cut += 1;
        }
        self.out.events += 1;
        self.out.event_bytes += line.len() as u64;
        split_values(line, start, &mut self.values);
        let is_record = layout.fits(self.block.as_bytes(), &self.values);
        let row = Loose {
            line: (start, start + line.len()),
            values: is_record.then_some(&self.values),
        };
        if !self.range.is_unbounded() && !Self::in_range(self.range, self.plan.time(&row), self.out)
        {
            return;
        }
        self.out.malformed += u64::from(!is_record);
        if self.plan.meets(&row) {
            self.plan.push_row(&row, self.out);
        }
    }

    /// Whether an event of that time is asked for; one without a time is in no window, and counted.
    fn in_range(range: TimeRange, time: Option<i64>, out: &mut Columns) -> bool {
        out.timeless += u64::from(time.is_none());
        time.is_some_and(|time| range.contains(time))
    }
}

/// A line without `\n` or `\r\n`.
fn without_line_end(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// Offsets of the values of `line`, which stands at `offset` of its block; runs of blanks count
/// as one.
fn split_values(line: &str, offset: usize, values: &mut Vec<(usize, usize)>) {
    values.clear();
    let mut start = offset;
    for value in line.split(' ') {
        let end = start + value.len();
        if !value.is_empty() {
            values.push((start, end));
        }
        start = end + 1;
    }
}

#[cfg(test)]
mod tests;
