//! From requested columns to values: what each column takes from a line, decided once a block.

use std::collections::HashMap;

use flowgauge_event::{Number, format_timestamp};
use memchr::memchr_iter;

use super::check::Checks;
use super::digits;
use super::index::{Index, token};
use super::layout::{Kind, Layout};
use crate::columns::{Column, ColumnData, Columns, block_view};
use crate::{Facet, FileContext, Request, export};

/// The values of one line.
pub(super) trait Row {
    /// Offsets of the line in the block, line end not counted.
    fn line(&self) -> (usize, usize);
    /// Offsets of a value; `None` when the line is no record.
    fn value(&self, place: usize) -> Option<(usize, usize)>;
    /// Offsets of a piece of the line, which is divided at blanks into as many pieces as a record has
    /// values; `None` when it has fewer.
    fn piece(&self, block: &[u8], at: usize, pieces: usize) -> Option<(usize, usize)>;
}

/// How every requested column of a block is filled.
pub(super) struct Plan<'a> {
    block: &'a [u8],
    sources: Vec<Source<'a>>,
    time: Time,
    checks: Checks,
}

/// Where the event time comes from.
#[derive(Debug, Clone, Copy)]
struct Time {
    /// Place of the seconds.
    place: Option<usize>,
    /// Whether an export gives the time of records that have no such value.
    exported: bool,
    /// For lines without.
    fallback: Option<i64>,
}

/// What a column takes from a line.
enum Source<'a> {
    /// A value as it stands.
    Text(usize),
    /// A piece of the line, and how many there are: as many as values.
    Piece(usize, usize),
    /// A value as number.
    Number(usize),
    /// Milliseconds.
    Time(Time),
    /// Milliseconds as they print.
    PrintedTime(Time),
    /// The whole line.
    Message,
    /// A value, or the context's where the line has none or `-`.
    TextOr(Option<usize>, Option<Constant<'a>>),
    /// A text made from a value.
    Made(Made<'a>),
    /// The same text in every line.
    Constant(Constant<'a>),
    /// Nothing.
    Missing,
}

/// A text that does not depend on the line, copied once.
struct Constant<'a> {
    text: &'a str,
    view: Option<u128>,
}

impl<'a> Constant<'a> {
    fn new(text: &'a str) -> Constant<'a> {
        Constant { text, view: None }
    }

    fn view(&mut self, scratch: &mut Vec<u8>) -> u128 {
        *self
            .view
            .get_or_insert_with(|| Columns::scratch_view(scratch, self.text.as_bytes()))
    }
}

/// A text made from one value, kept once for every value.
struct Made<'a> {
    place: Option<usize>,
    make: Make<'a>,
    views: HashMap<&'a [u8], u128>,
}

#[derive(Debug, Clone, Copy)]
enum Make<'a> {
    /// `<interface>-all`, the name that AWS gives the stream of an interface.
    Stream { otherwise: &'a str },
    /// `<account>:<path>`.
    Log { otherwise: &'a str, path: &'a str },
}

impl Make<'_> {
    /// The text for a value; an empty value stands for none.
    fn text(self, value: &str) -> String {
        match self {
            Make::Stream { otherwise } if value.is_empty() => otherwise.to_owned(),
            Make::Stream { .. } => format!("{value}-all"),
            Make::Log { otherwise, path } => {
                let account = if value.is_empty() { otherwise } else { value };
                format!("{account}:{path}")
            }
        }
    }
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        block: &'a [u8],
        out: &Columns,
        layout: &Layout,
        kind: Kind,
        context: &'a FileContext,
        exported: bool,
    ) -> Plan<'a> {
        let seconds = |id| Time {
            place: layout.place_of_id(id),
            exported,
            fallback: context.fallback_time,
        };
        let (start, end) = (seconds("start"), seconds("end"));
        let time = if start.place.is_some() { start } else { end };
        let source = |request: &Request| {
            let account = context.account.as_deref();
            let in_time = |time| match request.facet {
                Facet::Number | Facet::Time => Source::Time(time),
                Facet::Text | Facet::Piece { .. } => Source::PrintedTime(time),
            };
            let made = |id, make| {
                Source::Made(Made {
                    place: layout.place_of_id(id),
                    make,
                    views: HashMap::new(),
                })
            };
            if let Facet::Piece { at, of } = request.facet {
                return Source::Piece(at, of);
            }
            match request.name.as_str() {
                "@timestamp" => in_time(time),
                "@ingestionTime" => in_time(end),
                _ if request.facet != Facet::Text => layout
                    .place(&request.name)
                    .map_or(Source::Missing, Source::Number),
                "@message" => Source::Message,
                "@logStream" => made(
                    "interface-id",
                    Make::Stream {
                        otherwise: &context.file_name,
                    },
                ),
                "@log" => made(
                    "account-id",
                    Make::Log {
                        otherwise: account.unwrap_or("unknown"),
                        path: &context.path,
                    },
                ),
                "@data_source_name" => Source::Constant(Constant::new("amazon_vpc")),
                "@data_source_type" => Source::Constant(Constant::new(match kind {
                    Kind::Vpc => "flow",
                    Kind::TransitGateway => "tgw_flow",
                })),
                "@data_format" => Source::Constant(Constant::new(if layout.is_default() {
                    "Default"
                } else {
                    "Custom"
                })),
                "@aws.account" => {
                    Source::TextOr(layout.place_of_id("account-id"), account.map(Constant::new))
                }
                "@aws.region" => Source::TextOr(
                    layout.place_of_id("region"),
                    context.region.as_deref().map(Constant::new),
                ),
                name => layout.place(name).map_or(Source::Missing, Source::Text),
            }
        };
        Plan {
            block,
            sources: out
                .columns
                .iter()
                .map(|column| source(&column.request))
                .collect(),
            time,
            checks: Checks::new(&out.conditions, layout),
        }
    }

    /// Event time of a line.
    #[inline(always)]
    pub(super) fn time(&self, row: &impl Row) -> Option<i64> {
        self.time.of(self.block, row)
    }

    /// Whether a line meets the conditions.
    pub(super) fn meets(&self, row: &impl Row) -> bool {
        self.checks.are_met(self.block, row)
    }

    /// Whether a line meets the conditions that compare texts.
    #[inline(always)]
    pub(super) fn meets_texts(&self, row: &impl Row) -> bool {
        self.checks.texts_are_met(self.block, row)
    }

    /// Keeps the plain records that meet the conditions on addresses; for the arguments see
    /// [`Plan::push_records`].
    pub(super) fn keep_addresses(&self, index: &Index, firsts: &mut Vec<u32>, places: usize) {
        self.checks
            .keep_addresses(self.block, index.separators(), places, firsts);
    }

    /// Appends a row.
    pub(super) fn push_row(&mut self, row: &impl Row, out: &mut Columns) {
        for (source, column) in self.sources.iter_mut().zip(&mut out.columns) {
            source.push(self.block, row, column, &mut out.scratch);
        }
        out.rows += 1;
    }

    /// Appends the plain records whose first values end at these places of the index. `places` is
    /// the number of their values.
    pub(super) fn push_records(
        &mut self,
        index: &Index,
        firsts: &[u32],
        places: usize,
        out: &mut Columns,
    ) {
        if firsts.is_empty() {
            return;
        }
        let block = self.block;
        let separators = index.separators();
        let record = move |first| Record {
            block,
            separators,
            first,
            places,
        };
        let rows = firsts.iter().map(move |&first| record(first));
        for (source, column) in self.sources.iter_mut().zip(&mut out.columns) {
            let parts = column.parts();
            match (&*source, parts.data) {
                // A record has as many pieces as values, and they are the same.
                (&Source::Text(place) | &Source::Piece(place, _), ColumnData::Text(views)) => {
                    // The last value is told apart here, not in every turn of the loop.
                    if place + 1 == places {
                        views.extend(rows.clone().map(move |row| {
                            let (start, end) = row.span(place);
                            block_view(block, start, end - start)
                        }));
                    } else {
                        views.extend(firsts.iter().map(move |&first| {
                            let (start, end) = token(separators, first, place);
                            block_view(block, start, end - start)
                        }));
                    }
                }
                (&Source::Number(place), ColumnData::Integer(values)) => {
                    let before = parts.missing.len();
                    push_integers(values, parts.missing, rows.clone(), |row| {
                        row.integer(place)
                    });
                    let begin = values.len() - firsts.len();
                    for &at in &parts.missing[before..] {
                        let float = record(firsts[at - begin]).float(place);
                        parts.floats.extend(float.map(|float| (at, float)));
                    }
                }
                (&Source::Time(time), ColumnData::Integer(values)) => {
                    push_integers(values, parts.missing, rows.clone(), |row| {
                        time.of(block, &row)
                    });
                }
                (Source::Message, ColumnData::Text(views)) => {
                    views.extend(rows.clone().map(move |row| {
                        let (start, end) = row.line();
                        block_view(block, start, end - start)
                    }));
                }
                _ => {
                    for row in rows.clone() {
                        source.push(block, &row, column, &mut out.scratch);
                    }
                }
            }
        }
        out.rows += firsts.len();
    }
}

/// Appends an integer for every row.
#[inline(always)]
fn push_integers<R>(
    values: &mut Vec<i64>,
    missing: &mut Vec<usize>,
    rows: impl Iterator<Item = R>,
    integer: impl Fn(R) -> Option<i64>,
) {
    let before = values.len();
    values.extend(rows.enumerate().map(|(at, row)| match integer(row) {
        Some(value) => value,
        None => {
            missing.push(before + at);
            0
        }
    }));
}

impl Time {
    #[inline(always)]
    fn of(self, block: &[u8], row: &impl Row) -> Option<i64> {
        self.place
            .and_then(|place| row.value(place))
            .and_then(|(start, end)| digits::integer(block, start, end))
            .and_then(|seconds| seconds.checked_mul(1_000))
            .or_else(|| self.otherwise(block, row))
    }
}

impl Time {
    /// The time of an event that does not state it.
    #[cold]
    fn otherwise(self, block: &[u8], row: &impl Row) -> Option<i64> {
        let stamp = self.exported.then(|| stamp(block, row)).flatten();
        stamp.and_then(export::time).or(self.fallback)
    }
}

/// What an export put before the line.
#[inline(always)]
fn stamp<'b>(block: &'b [u8], row: &impl Row) -> Option<&'b [u8]> {
    let (start, _) = row.line();
    let stamp = block.get(start.checked_sub(export::STAMP_BYTES)?..start)?;
    export::is_stamped(stamp).then_some(stamp)
}

impl<'a> Source<'a> {
    fn push(
        &mut self,
        block: &'a [u8],
        row: &impl Row,
        column: &mut Column,
        scratch: &mut Vec<u8>,
    ) {
        let in_block = |(start, end)| block_view(block, start, end - start);
        let text = match self {
            Source::Number(place) => {
                let value = row
                    .value(*place)
                    .and_then(|(start, end)| Number::parse_bytes(&block[start..end]));
                return column.push_number_or_missing(value);
            }
            Source::Time(time) => return column.push_integer_or_missing(time.of(block, row)),
            Source::PrintedTime(time) => time
                .of(block, row)
                .map(|time| Columns::scratch_view(scratch, format_timestamp(time).as_bytes())),
            Source::Text(place) => row.value(*place).map(in_block),
            Source::Piece(at, of) => row.piece(block, *at, *of).map(in_block),
            Source::Message => Some(in_block(row.line())),
            Source::TextOr(place, otherwise) => place
                .and_then(|place| present(block, row, place))
                .map(in_block)
                .or_else(|| otherwise.as_mut().map(|text| text.view(scratch))),
            Source::Made(made) => Some(made.view(block, row, scratch)),
            Source::Constant(text) => Some(text.view(scratch)),
            Source::Missing => None,
        };
        match text {
            Some(view) => column.push_view(view),
            None => column.push_missing(),
        }
    }
}

impl<'a> Made<'a> {
    fn view(&mut self, block: &'a [u8], row: &impl Row, scratch: &mut Vec<u8>) -> u128 {
        let value = self
            .place
            .and_then(|place| present(block, row, place))
            .map_or(&[][..], |(start, end)| &block[start..end]);
        *self.views.entry(value).or_insert_with(|| {
            // The block is text and values end at blanks, so nothing is ever replaced.
            let text = self.make.text(&String::from_utf8_lossy(value));
            Columns::scratch_view(scratch, text.as_bytes())
        })
    }
}

/// A value that is there and not `-`.
fn present(block: &[u8], row: &impl Row, place: usize) -> Option<(usize, usize)> {
    row.value(place)
        .filter(|&(start, end)| end - start != 1 || block[start] != b'-')
}

/// A plain record of an indexed chunk.
pub(super) struct Record<'a> {
    pub(super) block: &'a [u8],
    /// The separators of the chunk's index.
    pub(super) separators: &'a [u32],
    /// Where its first value ends, as a place in the index.
    pub(super) first: u32,
    /// Number of its values.
    pub(super) places: usize,
}

impl Record<'_> {
    /// Offsets of a value.
    #[inline(always)]
    pub(super) fn span(&self, place: usize) -> (usize, usize) {
        let (start, end) = token(self.separators, self.first, place);
        // The line feed ends the last value; a carriage return before it belongs to the line end.
        let is_cut = place + 1 == self.places && end > start && self.block[end - 1] == b'\r';
        (start, end - usize::from(is_cut))
    }

    /// Whether a carriage return is cut off at the end.
    #[inline(always)]
    pub(super) fn is_cut(&self) -> bool {
        let (start, end) = token(self.separators, self.first, self.places - 1);
        end > start && self.block[end - 1] == b'\r'
    }

    /// What an export put before the record.
    #[inline(always)]
    pub(super) fn stamp(&self) -> Option<&[u8]> {
        stamp(self.block, self)
    }

    /// Whether the last value is nothing, which only one that was cut can be.
    #[cold]
    pub(super) fn ends_in_nothing(&self) -> bool {
        let (start, end) = self.span(self.places - 1);
        start == end
    }
}

impl Record<'_> {
    /// A value as integer.
    #[inline(always)]
    fn integer(&self, place: usize) -> Option<i64> {
        let (start, end) = self.span(place);
        digits::integer(self.block, start, end)
    }

    /// A value that is no integer, as number.
    #[cold]
    fn float(&self, place: usize) -> Option<f64> {
        let (start, end) = self.span(place);
        Number::parse_bytes(&self.block[start..end]).map(Number::as_f64)
    }
}

impl Row for Record<'_> {
    #[inline(always)]
    fn line(&self) -> (usize, usize) {
        let (start, _) = token(self.separators, self.first, 0);
        (start, self.span(self.places - 1).1)
    }

    #[inline(always)]
    fn value(&self, place: usize) -> Option<(usize, usize)> {
        Some(self.span(place))
    }

    #[inline(always)]
    fn piece(&self, _: &[u8], at: usize, _: usize) -> Option<(usize, usize)> {
        Some(self.span(at))
    }
}

/// A line that was taken apart by itself.
pub(super) struct Loose<'a> {
    /// Offsets of the line in the block, line end not counted.
    pub(super) line: (usize, usize),
    /// Offsets of the values; `None` when it is no record.
    pub(super) values: Option<&'a [(usize, usize)]>,
}

impl Row for Loose<'_> {
    fn line(&self) -> (usize, usize) {
        self.line
    }

    fn value(&self, place: usize) -> Option<(usize, usize)> {
        self.values?.get(place).copied()
    }

    fn piece(&self, block: &[u8], at: usize, pieces: usize) -> Option<(usize, usize)> {
        let (start, end) = self.line;
        let mut blanks = memchr_iter(b' ', &block[start..end]).map(|blank| start + blank);
        let begin = match at {
            0 => start,
            _ => blanks.nth(at - 1)? + 1,
        };
        if at + 1 == pieces {
            return Some((begin, end));
        }
        let finish = blanks.next()?;
        // The pieces after this one have to be there too.
        let others = pieces - at - 2;
        (others == 0 || blanks.nth(others - 1).is_some()).then_some((begin, finish))
    }
}
