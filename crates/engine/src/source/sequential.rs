//! Reading inputs one after the other, in order, for commands that are no queries: `fields` and
//! `filter`.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Field, Schema};
use flowgauge_format::columns::Columns;
use flowgauge_format::{Decoder, Facet, Request};
use tokio::runtime::Handle;

use super::blocks::BlockReader;
use super::bytes::ByteStream;
use super::dataset::Dataset;
use super::location::Entry;
use super::open::{Kind, kind_of};
use super::scan::Shared;
use super::{open, parquet_file};
use crate::error::EngineError;
use crate::statistics::Statistics;
use crate::types;

/// The fields of some inputs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldCounts {
    /// Events looked at.
    pub events: u64,
    /// Fields and how many events hold them, most frequent first, then by name.
    pub fields: Vec<(String, u64)>,
    /// Whether there are more fields, which were not counted.
    pub left_out: bool,
}

/// Different fields that are counted. Logs whose keys are data (ids, addresses) have any number.
const MOST_FIELDS: usize = 10_000;

/// How many events hold each field, for the first [`MOST_FIELDS`] different ones.
#[derive(Default)]
struct Tally {
    counts: HashMap<String, u64>,
    left_out: bool,
}

impl Tally {
    fn add(&mut self, name: &str, events: u64) {
        if let Some(count) = self.counts.get_mut(name) {
            *count += events;
        } else if self.counts.len() < MOST_FIELDS {
            self.counts.insert(name.to_owned(), events);
        } else {
            self.left_out = true;
        }
    }

    /// Most frequent first, then by name.
    fn sorted(self) -> Vec<(String, u64)> {
        let mut fields: Vec<(String, u64)> = self.counts.into_iter().collect();
        fields.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        fields
    }
}

/// Counts in how many events each field occurs. Blocks.
pub fn count_fields(dataset: &Dataset, handle: &Handle) -> Result<FieldCounts, EngineError> {
    let mut tally = Tally::default();
    let mut events = 0;
    for_each_input(dataset.shared(), handle, &mut |part| {
        match part {
            Part::Text(decoder, text) => {
                discover(dataset.shared(), decoder, text, &mut events, &mut tally);
            }
            Part::Parquet(input, entry) => {
                parquet_fields(
                    dataset.shared(),
                    input,
                    entry,
                    handle,
                    &mut events,
                    &mut tally,
                )?;
            }
        }
        Ok(true)
    })?;
    Ok(FieldCounts {
        events,
        left_out: tally.left_out,
        fields: tally.sorted(),
    })
}

/// Inputs that [`sample_fields`] looks at, evenly spread over all.
const SAMPLED_INPUTS: usize = 64;

/// The names of the fields that `wanted` accepts, the `most` common ones, as far as the beginnings
/// of some inputs tell. Blocks.
pub(super) fn sample_fields(
    dataset: &Dataset,
    handle: &Handle,
    most: usize,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<String>, EngineError> {
    let shared = dataset.shared();
    let mut tally = Tally::default();
    let step = shared.inputs.len().div_ceil(SAMPLED_INPUTS).max(1);
    for (input, entry) in shared.inputs.iter().enumerate().step_by(step) {
        let mut note = |name: &str| {
            if wanted(name) {
                tally.add(name, 1);
            }
        };
        let read = read_input(shared, input, entry, handle, &mut |part| {
            match part {
                Part::Text(decoder, text) => decoder.discover(text, &mut || {}, &mut note),
                Part::Parquet(_, entry) => parquet_file::field_names(entry, handle)?
                    .iter()
                    .for_each(|name| note(name)),
            }
            Ok(false)
        });
        match read {
            // The query itself tells which inputs it skips.
            Err(EngineError::Input(_)) if shared.skip_bad => {}
            other => other.map(|_| ())?,
        }
    }
    let fields = tally.sorted().into_iter().take(most);
    Ok(fields.map(|(name, _)| name).collect())
}

fn discover(
    shared: &Shared,
    decoder: &dyn Decoder,
    text: &str,
    events: &mut u64,
    tally: &mut Tally,
) {
    let mut look = |text: &str| {
        decoder.discover(text, &mut || *events += 1, &mut |name| tally.add(name, 1));
    };
    // Decoders judge times and lines while they decode, not while they discover.
    let request = Request {
        name: "@timestamp".to_owned(),
        facet: Facet::Time,
    };
    let decode = |text: &str| {
        let mut columns = Columns::new(std::slice::from_ref(&request));
        decoder.decode(text, shared.range, &mut columns);
        count(&shared.statistics, &columns);
        columns.rows > 0
    };
    if shared.range.is_unbounded() {
        decode(text);
        return look(text);
    }
    for line in text.split_inclusive('\n') {
        if decode(line) {
            look(line);
        }
    }
}

fn parquet_fields(
    shared: &Shared,
    input: usize,
    entry: &Entry,
    handle: &Handle,
    events: &mut u64,
    tally: &mut Tally,
) -> Result<(), EngineError> {
    let names = parquet_file::field_names(entry, handle)?;
    let schema = Arc::new(Schema::new(vec![Field::new(
        "@timestamp",
        types::TIME,
        true,
    )]));
    let mut rows = 0;
    parquet_file::read(input, entry, &schema, shared, handle, &mut |batch| {
        rows += batch.num_rows() as u64;
        Ok(true)
    })?;
    *events += rows;
    for name in names {
        tally.add(&name, rows);
    }
    Ok(())
}

/// What [`for_each_message`] hands over.
#[derive(Debug, Clone, Copy)]
pub enum Handed<'a> {
    /// A message.
    Message(&'a str),
    /// The next message may be long in coming.
    Pause,
}

/// Hands every message to `take`, in input order, until it says `false`. Blocks.
pub fn for_each_message(
    dataset: &Dataset,
    handle: &Handle,
    take: &mut dyn FnMut(Handed) -> Result<bool, EngineError>,
) -> Result<(), EngineError> {
    let shared = dataset.shared();
    let schema = Arc::new(Schema::new(vec![Field::new("@message", types::TEXT, true)]));
    let (requests, wanted) = super::rows::requests(&schema);
    for_each_input(shared, handle, &mut |part| match part {
        Part::Text(decoder, text) => {
            let mut columns = Columns::new(&requests);
            decoder.decode(text, shared.range, &mut columns);
            count(&shared.statistics, &columns);
            let batch = super::rows::batch(&schema, &wanted, columns, (text.to_owned(), 0), 0)?;
            messages(&batch, take)
        }
        Part::Parquet(input, entry) => {
            let mut more = true;
            let mut failed = None;
            parquet_file::read(input, entry, &schema, shared, handle, &mut |batch| {
                match messages(&batch, take) {
                    Ok(wanted) => more = wanted,
                    Err(error) => {
                        more = false;
                        failed = Some(error);
                    }
                }
                Ok(more)
            })?;
            failed.map_or(Ok(more), Err)
        }
    })
}

fn count(statistics: &Statistics, columns: &Columns) {
    Statistics::add(&statistics.records_scanned, columns.events);
    Statistics::add(&statistics.bytes_scanned, columns.event_bytes);
    Statistics::add(&statistics.timeless, columns.timeless);
    Statistics::add(&statistics.malformed, columns.malformed);
    Statistics::add(&statistics.cut, columns.cut);
}

fn messages(
    batch: &RecordBatch,
    take: &mut dyn FnMut(Handed) -> Result<bool, EngineError>,
) -> Result<bool, EngineError> {
    let column = batch.column(0).as_string_view();
    for row in 0..column.len() {
        if column.is_valid(row) && !take(Handed::Message(column.value(row)))? {
            return Ok(false);
        }
    }
    take(Handed::Pause)
}

/// A piece of an input.
enum Part<'a> {
    Text(&'a dyn Decoder, &'a str),
    Parquet(usize, &'a Entry),
}

fn for_each_input(
    shared: &Shared,
    handle: &Handle,
    take: &mut dyn FnMut(Part) -> Result<bool, EngineError>,
) -> Result<(), EngineError> {
    for (input, entry) in shared.inputs.iter().enumerate() {
        Statistics::add(&shared.statistics.files_scanned, 1);
        match read_input(shared, input, entry, handle, take) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(EngineError::Input(error)) if shared.skip_bad => {
                shared.statistics.note_bad_file(&error);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn read_input(
    shared: &Shared,
    input: usize,
    entry: &Entry,
    handle: &Handle,
    take: &mut dyn FnMut(Part) -> Result<bool, EngineError>,
) -> Result<bool, EngineError> {
    let statistics = Arc::clone(&shared.statistics);
    let mut stream = ByteStream::open(entry, handle, Some(Arc::clone(&statistics)))?;
    if stream.packing() == super::bytes::Packing::Parquet {
        if entry.location.is_stream() {
            return Err(parquet_file::not_from_a_stream(entry).into());
        }
        return take(Part::Parquet(input, entry));
    }
    let head = open::head(&mut stream)?;
    let Kind::Text { decoder, .. } = kind_of(&head, stream.packing(), entry)? else {
        return Ok(true);
    };
    stream.put_back(head);
    let mut blocks = BlockReader::new(stream, &entry.name, decoder.framing(), statistics);
    while let Some(block) = blocks.next_block()? {
        if !take(Part::Text(decoder.as_ref(), block.events()))? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_has_an_end() {
        let mut tally = Tally::default();
        for number in 0..MOST_FIELDS {
            tally.add(&format!("f{number:05}"), 1);
        }
        assert!(!tally.left_out);
        tally.add("one more", 1);
        tally.add("f00007", 2);
        assert!(tally.left_out);
        let fields = tally.sorted();
        assert_eq!(fields.len(), MOST_FIELDS);
        assert_eq!(fields[0], ("f00007".to_owned(), 3));
        assert_eq!(fields[1], ("f00000".to_owned(), 1));
    }
}
