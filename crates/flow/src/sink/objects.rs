//! Objects in the key layouts of AWS (flow log spec 2.4), under a folder or in a bucket.
//!
//! An object holds the records of all interfaces that ended in its five minutes, and is cut at
//! 75 MB. Records wait in memory, compressed, until their five minutes are over.

use std::collections::BTreeMap;
use std::io;

use super::encoder::{Encoder, Encoding};
use super::{Sink, SinkError};
use crate::inventory::Inventory;
use crate::record::{ClosedWindow, FlowRecord};
use crate::record_format::{Printer, RecordFormat};

pub mod key;
pub mod place;
pub mod queue;

use key::{KeyLayout, slot};
use place::Place;
use queue::{Object, Patience, Queue, merge};

/// Size at which an object is cut, bytes.
const CUT: usize = 75_000_000;

/// The objects of one flow log.
pub struct Objects {
    layout: KeyLayout,
    encoding: Encoding,
    format: RecordFormat,
    cut: usize,
    /// By the first second of their slot.
    open: BTreeMap<i64, Open>,
    queue: Queue,
}

struct Open {
    encoder: Encoder<Vec<u8>>,
    records: u64,
}

impl Objects {
    /// Objects of a flow log at a place.
    pub fn new(
        layout: KeyLayout,
        encoding: Encoding,
        format: RecordFormat,
        place: Box<dyn Place>,
        patience: Patience,
    ) -> Objects {
        Objects {
            layout,
            encoding,
            format,
            cut: CUT,
            open: BTreeMap::new(),
            queue: Queue::new(place, patience),
        }
    }

    fn add(&mut self, record: &FlowRecord, printer: &mut Printer<'_>) -> io::Result<Option<i64>> {
        let begin = slot(record.end);
        let open = match self.open.entry(begin) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(free) => free.insert(Open {
                encoder: Encoder::new(self.encoding, &self.format, Vec::new())?,
                records: 0,
            }),
        };
        open.encoder.record(record, printer)?;
        open.records += 1;
        Ok((open.encoder.size() >= self.cut).then_some(begin))
    }

    /// Completes the object of a slot and puts it where it belongs.
    fn close(&mut self, begin: i64) -> Result<(), SinkError> {
        let Some(open) = self.open.remove(&begin) else {
            return Ok(());
        };
        let content = open.encoder.finish().map_err(in_memory)?;
        let mut hash = flate2::Crc::new();
        hash.update(&content);
        self.queue.put(Object {
            key: self.layout.key(begin, hash.sum(), self.encoding.ending()),
            content: content.into(),
            records: open.records,
        })
    }

    /// Closes all slots that end before a time.
    fn close_before(&mut self, time: i64, outcome: &mut Result<(), SinkError>) {
        while let Some((begin, _)) = self.open.first_key_value() {
            let begin = *begin;
            if begin + key::SLOT > time {
                return;
            }
            if let Err(error) = self.close(begin) {
                merge(outcome, error);
            }
        }
    }
}

/// Encoding into memory fails only where an encoder refuses a record.
fn in_memory(error: io::Error) -> SinkError {
    SinkError::Io {
        path: "the next object".to_owned(),
        error,
    }
}

impl Sink for Objects {
    fn write(&mut self, window: &ClosedWindow, inventory: &Inventory) -> Result<(), SinkError> {
        let mut outcome = Ok(());
        let mut records: Vec<&FlowRecord> = window.records.iter().collect();
        records.sort_by_key(|record| (record.end, record.interface));
        let format = self.format.clone();
        let mut printer = format.printer(inventory);
        for record in records {
            if let Some(full) = self.add(record, &mut printer).map_err(in_memory)?
                && let Err(error) = self.close(full)
            {
                merge(&mut outcome, error);
            }
        }
        self.close_before(window.start + window.interval, &mut outcome);
        outcome
    }

    fn tend(&mut self) -> Result<(), SinkError> {
        self.queue.tend()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        let mut outcome = Ok(());
        self.close_before(i64::MAX, &mut outcome);
        if let Err(error) = self.queue.finish() {
            merge(&mut outcome, error);
        }
        outcome
    }
}

#[cfg(test)]
mod tests;
