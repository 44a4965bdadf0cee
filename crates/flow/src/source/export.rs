//! Exports of other meters: NetFlow v5 and v9, and IPFIX, from files or from the network.
//!
//! A file holds the messages one after another, as RFC 5655 has it for IPFIX. On the network each
//! message is a datagram. What a message says of a flow becomes observations by the rules of
//! [`super::summary`].
//!
//! Gaps in the sequence numbers, and records whose template never came, are losses.

pub(super) mod bytes;
pub(super) mod decoder;
pub(super) mod element;
mod input;
pub(super) mod template;

use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::path::Path;
use std::time::Duration;

use flowgauge_event::Clock;

use super::summary::Placer;
use super::{Batch, Loss, Source, SourceError, Supply};
use crate::inventory::Inventory;
use decoder::{Decoder, Message};
use input::{Datagrams, FileMessages};

/// How long windows of a file wait for what is reported late when nothing else is said, seconds.
/// Meters report a connection only when it has been idle for some time, up to an hour.
pub const FILE_PATIENCE: i64 = 3_600;
/// The same on the network, where the records are wanted soon.
pub const NETWORK_PATIENCE: i64 = 120;
/// Windows that wait at most; the meter keeps a few more.
const WINDOWS: i64 = 12;
/// Observations of a batch, after which no further message is read.
const BATCH: usize = 4_096;

/// How summaries become observations.
#[derive(Debug, Clone, Copy)]
pub struct ExportOptions {
    /// Length of a window, seconds.
    pub interval: i64,
    /// How long windows wait for what is reported late, seconds; at most as long as twelve windows.
    pub patience: i64,
}

/// A file of exported messages.
pub struct ExportFile {
    messages: FileMessages,
    reader: Reader,
}

impl ExportFile {
    /// Opens a file of messages; `-` is standard input.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn open(
        path: &Path,
        inventory: &Inventory,
        options: ExportOptions,
    ) -> Result<ExportFile, SourceError> {
        Ok(ExportFile {
            messages: FileMessages::open(path)?,
            reader: Reader::new(inventory, options),
        })
    }

    /// Reads messages from anywhere; `name` is what errors call it.
    pub fn new(
        name: &str,
        reader: Box<dyn Read>,
        inventory: &Inventory,
        options: ExportOptions,
    ) -> ExportFile {
        ExportFile {
            messages: FileMessages::new(name, reader),
            reader: Reader::new(inventory, options),
        }
    }
}

impl Source for ExportFile {
    fn next(&mut self, batch: &mut Batch, _patience: Duration) -> Result<Supply, SourceError> {
        batch.clear();
        let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        while batch.observations.len() < BATCH {
            let bytes = self.messages.fill()?;
            if bytes.is_empty() {
                return Ok(Supply::End);
            }
            match self.reader.read(nobody, bytes, batch) {
                Ok(length) => {
                    self.reader.advance_to_message(batch);
                    self.messages.consume(length);
                }
                Err(bytes::TRUNCATED) if self.messages.is_last() && self.messages.has_begun() => {
                    // The writer was interrupted; what came before still counts.
                    batch.malformed += 1;
                    return Ok(Supply::End);
                }
                Err(problem) => return Err(self.messages.malformed(problem)),
            }
        }
        Ok(Supply::More)
    }
}

/// Messages that arrive on a UDP socket.
pub struct ExportListener<C> {
    datagrams: Datagrams,
    reader: Reader,
    clock: C,
}

impl<C: Clock> ExportListener<C> {
    /// Listens on a socket that is bound already.
    ///
    /// # Errors
    ///
    /// When the socket does not take a time limit.
    pub fn new(
        socket: UdpSocket,
        inventory: &Inventory,
        options: ExportOptions,
        clock: C,
    ) -> Result<ExportListener<C>, SourceError> {
        Ok(ExportListener {
            datagrams: Datagrams::new(socket)?,
            reader: Reader::new(inventory, options),
            clock,
        })
    }
}

impl<C: Clock> Source for ExportListener<C> {
    fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError> {
        batch.clear();
        // The first datagram is waited for, others are taken as far as they are there.
        let mut patience = patience;
        while batch.observations.len() < BATCH {
            let Some((exporter, bytes)) = self.datagrams.receive(patience)? else {
                break;
            };
            patience = Duration::ZERO;
            if self.reader.read(exporter, bytes, batch).is_err() {
                batch.malformed += 1;
            }
        }
        // Windows close even when nobody exports.
        let now = self.clock.now_millis().saturating_mul(1_000);
        self.reader.placer.advance(now);
        batch.watermark = self.reader.placer.watermark();
        Ok(Supply::More)
    }
}

/// From messages to observations.
struct Reader {
    decoder: Decoder,
    message: Message,
    placer: Placer,
}

impl Reader {
    fn new(inventory: &Inventory, options: ExportOptions) -> Reader {
        let patience = options
            .patience
            .min(options.interval.saturating_mul(WINDOWS));
        Reader {
            decoder: Decoder::default(),
            message: Message::default(),
            placer: Placer::new(inventory, options.interval, patience),
        }
    }

    /// Reads one message and returns its length. Of a broken one, what came before the break
    /// counts.
    fn read(
        &mut self,
        exporter: IpAddr,
        bytes: &[u8],
        batch: &mut Batch,
    ) -> Result<usize, bytes::Malformed> {
        let length = self.decoder.decode(exporter, bytes, &mut self.message);
        let message = &self.message;
        for summary in &message.summaries {
            let seen = self
                .placer
                .place(summary, message.now, &mut batch.observations);
            batch.excluded += if seen { 0 } else { summary.packets };
        }
        let mut lose = |reason| {
            batch.losses.push(Loss {
                interface: None,
                at: message.now,
                packets: None,
                reason,
            });
        };
        if message.missing > 0 {
            lose("the sequence numbers of an exporter have a gap");
        }
        if message.undecodable > 0 {
            lose("flows were exported before their template");
        }
        length
    }

    /// Closes windows as far as the last message allows.
    fn advance_to_message(&mut self, batch: &mut Batch) {
        self.placer.advance(self.message.now);
        batch.watermark = self.placer.watermark();
    }
}

#[cfg(test)]
mod tests;
