//! Flows of Cilium Hubble, as `hubble observe -o jsonpb` and the exporter of Cilium write them: one
//! JSON object a line.
//!
//! An event of Hubble tells of one packet and its verdict, but not of its size: records made of it
//! count packets and have no bytes. Each packet passes several points of the datapath; what counts
//! is its arrival at the receiver, its way out of the sender, and every drop, so that an interface
//! sees each packet once. Flows between proxies and of single requests (layer 7) repeat what the
//! packets below them have said already and are left out.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::time::Duration;

use super::summary::Placer;
use super::{Batch, Loss, Source, SourceError, Supply};
use crate::inventory::{InterfaceKey, Inventory};
use crate::observation::{Direction, Observation};

mod event;

use event::{Event, Said};

/// Observations of a batch.
const BATCH: usize = 4_096;
/// The longest line that is read; those of Hubble have one or two kilobytes.
const LINE: u64 = 1024 * 1024;
/// So many lines at the beginning may say nothing before the file is taken for something else.
const STRANGE_LINES: u64 = 1_000;
/// How long windows wait for events of other nodes, which come in batches, seconds.
const PATIENCE: i64 = 60;

/// Lines of Hubble.
pub struct Hubble {
    path: String,
    lines: Box<dyn BufRead>,
    line: Vec<u8>,
    placer: Placer,
    /// Latest event, microseconds since the epoch.
    latest: Option<i64>,
    /// Lines so far, and whether one of them was an event.
    count: u64,
    recognised: bool,
}

impl Hubble {
    /// Opens a file of events, or standard input for `-`, for windows of `interval` seconds.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn open(path: &Path, inventory: &Inventory, interval: i64) -> Result<Hubble, SourceError> {
        if path.as_os_str() == "-" {
            let lines = Box::new(BufReader::new(io::stdin()));
            return Ok(Hubble::read("standard input", lines, inventory, interval));
        }
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => {
                let lines = Box::new(BufReader::new(file));
                Ok(Hubble::read(&name, lines, inventory, interval))
            }
            Err(error) => Err(SourceError::Io { what: name, error }),
        }
    }

    /// Reads events from anywhere; `name` is for messages.
    pub fn read(
        name: &str,
        lines: Box<dyn BufRead>,
        inventory: &Inventory,
        interval: i64,
    ) -> Hubble {
        Hubble {
            path: name.to_owned(),
            lines,
            line: Vec::new(),
            placer: Placer::new(inventory, interval, PATIENCE),
            latest: None,
            count: 0,
            recognised: false,
        }
    }

    /// Reads the next line into `self.line`; of a longer one than [`LINE`] its beginning, which is no
    /// JSON. False at the end.
    fn next_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        let read = (&mut self.lines)
            .take(LINE)
            .read_until(b'\n', &mut self.line)?;
        if read as u64 == LINE && !self.line.ends_with(b"\n") {
            self.lines.skip_until(b'\n')?;
        }
        self.count += u64::from(read > 0);
        Ok(read > 0)
    }

    fn take(&mut self, event: &Event, batch: &mut Batch) {
        match event.said() {
            Said::Packet(packet) => {
                self.recognised = true;
                self.latest = Some(self.latest.map_or(packet.time, |one| one.max(packet.time)));
                let before = batch.observations.len();
                let seen = self.placer.owners().seen(&packet.tuple, packet.direction);
                let right_side = |(_, direction): &(InterfaceKey, Direction)| {
                    packet.direction.is_none_or(|told| told == *direction)
                };
                let time = self.placer.open(packet.time);
                batch
                    .observations
                    .extend(
                        seen.filter(right_side)
                            .map(|(interface, direction)| Observation {
                                interface,
                                direction,
                                tuple: packet.tuple,
                                action: packet.action,
                                reject_reason: None,
                                tcp_flags: packet.tcp_flags,
                                packets: 1,
                                bytes: 0,
                                first: time,
                                last: time,
                            }),
                    );
                batch.excluded += u64::from(batch.observations.len() == before);
            }
            Said::Lost { events, time } => {
                self.recognised = true;
                batch.losses.push(Loss {
                    interface: None,
                    at: time.or(self.latest).unwrap_or(0),
                    packets: events,
                    reason: "Hubble lost events",
                });
            }
            Said::Repeated => {
                self.recognised = true;
                batch.excluded += 1;
            }
            Said::Nothing => batch.malformed += 1,
        }
    }
}

impl Source for Hubble {
    fn next(&mut self, batch: &mut Batch, _patience: Duration) -> Result<Supply, SourceError> {
        batch.clear();
        while batch.observations.len() < BATCH {
            let more = self.next_line().map_err(|error| SourceError::Io {
                what: self.path.clone(),
                error,
            })?;
            if !more {
                if !self.recognised && self.count > 0 {
                    return Err(self.foreign());
                }
                return Ok(Supply::End);
            }
            let line = self.line.trim_ascii();
            match serde_json::from_slice::<Event>(line) {
                Ok(event) => self.take(&event, batch),
                Err(_) if line.is_empty() => {}
                Err(_) => batch.malformed += 1,
            }
            if self.count >= STRANGE_LINES && !self.recognised {
                return Err(self.foreign());
            }
        }
        if let Some(latest) = self.latest {
            self.placer.advance(latest);
        }
        batch.watermark = self.placer.watermark();
        Ok(Supply::More)
    }
}

impl Hubble {
    fn foreign(&self) -> SourceError {
        SourceError::Malformed {
            what: self.path.clone(),
            problem: format!(
                "none of the first {} lines is an event of Hubble; write them with `hubble observe -o jsonpb`",
                self.count
            ),
        }
    }
}

#[cfg(test)]
mod tests;
