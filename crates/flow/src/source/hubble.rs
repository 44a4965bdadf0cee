//! Flows of Cilium Hubble, as `hubble observe -o jsonpb` and the exporter of Cilium write them: one
//! JSON object a line.
//!
//! An event of Hubble tells of one packet and its verdict, but not of its size: records made of it
//! count packets and have no bytes. Each packet passes several points of the datapath; what counts
//! is its arrival at the receiver, its way out of the sender, and every drop, so that an interface
//! sees each packet once. Flows between proxies and of single requests (layer 7) repeat what the
//! packets below them have said already and are left out.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use super::input::Input;
use super::summary::Placer;
use super::{Batch, Loss, Source, SourceError, Supply};
use crate::inventory::{InterfaceKey, Inventory};
use crate::observation::{Direction, Observation};

mod event;
mod lines;

use event::{Event, Said};
use lines::{Line, Lines};

/// Observations and losses of a batch.
const BATCH: usize = 4_096;
/// So many lines at the beginning may say nothing before the file is taken for something else.
const STRANGE_LINES: u64 = 1_000;
/// How long windows wait for events of other nodes, which come in batches, seconds.
const PATIENCE: i64 = 60;

/// Lines of Hubble.
pub struct Hubble {
    lines: Lines,
    placer: Placer,
    /// Latest event, microseconds since the epoch.
    latest: Option<i64>,
    /// Lines so far, and whether one of them was an event.
    count: u64,
    recognised: bool,
}

impl Hubble {
    /// Opens a file or a pipe of events, or standard input for `-`, for windows of `interval` seconds.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn open(path: &Path, inventory: &Inventory, interval: i64) -> Result<Hubble, SourceError> {
        Ok(Hubble::new(Input::open(path)?, inventory, interval))
    }

    /// Reads events from what has its bytes when they are asked for; `name` is for messages.
    ///
    /// # Errors
    ///
    /// When its first bytes cannot be read.
    pub fn read(
        name: &str,
        reader: Box<dyn Read>,
        inventory: &Inventory,
        interval: i64,
    ) -> Result<Hubble, SourceError> {
        let input = Input::file(reader, name)?;
        Ok(Hubble::new(input, inventory, interval))
    }

    fn new(input: Input, inventory: &Inventory, interval: i64) -> Hubble {
        Hubble {
            lines: Lines::new(input),
            placer: Placer::new(inventory, interval, PATIENCE),
            latest: None,
            count: 0,
            recognised: false,
        }
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
    fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError> {
        batch.clear();
        self.lines.wait_at_most(patience);
        // A batch ends with the buffer, whatever was in it: a file without a packet that counts is left
        // now and then as well.
        let mut may_read = true;
        while batch.observations.len() + batch.losses.len() < BATCH {
            let event = match self.lines.next(may_read)? {
                Line::Text(line) => Some(line.trim_ascii())
                    .filter(|line| !line.is_empty())
                    .map(serde_json::from_slice::<Event>),
                Line::TooLong => {
                    batch.malformed += 1;
                    None
                }
                Line::Starved => break,
                Line::End if !self.recognised && self.count > 0 => return Err(self.foreign()),
                Line::End => return Ok(Supply::End),
            };
            self.count += 1;
            match event {
                Some(Ok(event)) => self.take(&event, batch),
                Some(Err(_)) => batch.malformed += 1,
                None => {}
            }
            if self.count >= STRANGE_LINES && !self.recognised {
                return Err(self.foreign());
            }
            may_read = false;
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
            what: self.lines.name().to_owned(),
            problem: format!(
                "none of the first {} lines is an event of Hubble; write them with `hubble observe -o jsonpb`",
                self.count
            ),
        }
    }
}

#[cfg(test)]
mod tests;
