//! Exports of other meters: NetFlow v5 and v9, and IPFIX, from files or from the network.
//!
//! A file holds the messages one after another, as RFC 5655 has it for IPFIX. On the network each
//! message is a datagram; a capture file of them is read as well. What a message says of a flow becomes
//! observations by the rules of [`super::summary`].
//!
//! Gaps in the sequence numbers, records whose template never came, and templates for which there is no
//! room are losses.

pub(super) mod bytes;
pub(super) mod decoder;
pub(super) mod element;
mod files;
mod losses;
mod network;
pub(super) mod template;

use std::io::Read;
use std::net::{IpAddr, UdpSocket};
use std::path::Path;
use std::time::Duration;

use flowgauge_event::Clock;

use super::input::Input;
use super::summary::Placer;
use super::{Batch, Source, SourceError, Supply};
use crate::inventory::Inventory;
use decoder::{Decoder, Message};
use files::{Messages, Step};
use losses::Losses;
use network::Datagrams;

/// How long windows of a file wait for what is reported late when nothing else is said, seconds.
/// Meters report a connection only when it has been idle for some time, up to an hour.
pub const FILE_PATIENCE: i64 = 3_600;
/// The same on the network, where the records are wanted soon.
pub const NETWORK_PATIENCE: i64 = 120;
/// Windows that wait at most; the meter keeps a few more.
const WINDOWS: i64 = 12;
/// Observations and losses of a batch, after which no further message is read.
const BATCH: usize = 4_096;

/// How summaries become observations.
#[derive(Debug, Clone, Copy)]
pub struct ExportOptions {
    /// Length of a window, seconds.
    pub interval: i64,
    /// How long windows wait for what is reported late, seconds; at most as long as twelve windows.
    pub patience: i64,
}

/// A file of exported messages, or a capture file that has them in datagrams.
pub struct ExportFile {
    messages: Messages,
    reader: Reader,
}

impl ExportFile {
    /// Opens a file or a pipe of messages, or of a capture of them (pcap or pcapng); either may be
    /// compressed. `-` is standard input.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn open(
        path: &Path,
        inventory: &Inventory,
        options: ExportOptions,
    ) -> Result<ExportFile, SourceError> {
        Ok(ExportFile::read(Input::open(path)?, inventory, options))
    }

    /// Reads messages, or a capture of them, from what has its bytes when they are asked for; `name` is
    /// what errors call it.
    ///
    /// # Errors
    ///
    /// When its first bytes cannot be read.
    pub fn new(
        name: &str,
        reader: Box<dyn Read>,
        inventory: &Inventory,
        options: ExportOptions,
    ) -> Result<ExportFile, SourceError> {
        let input = Input::file(reader, name)?;
        Ok(ExportFile::read(input, inventory, options))
    }

    fn read(input: Input, inventory: &Inventory, options: ExportOptions) -> ExportFile {
        ExportFile {
            messages: Messages::new(input),
            reader: Reader::new(inventory, options),
        }
    }
}

impl Source for ExportFile {
    fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError> {
        batch.clear();
        self.messages.wait_at_most(patience);
        // A batch ends with the buffer, whatever was in it: a file without a flow is left now and then as
        // well.
        let mut may_read = true;
        while batch.observations.len() + batch.losses.len() < BATCH {
            let reader = &mut self.reader;
            let step = self.messages.next(may_read, |exporter, bytes| {
                reader.read(exporter, bytes, None, batch)
            })?;
            match step {
                Step::Read => {}
                Step::Malformed => batch.malformed += 1,
                Step::Starved => break,
                Step::End => return Ok(Supply::End),
            }
            may_read = false;
        }
        Ok(Supply::More)
    }

    fn close(&mut self, batch: &mut Batch) -> Result<(), SourceError> {
        batch.clear();
        let reader = &mut self.reader;
        self.messages
            .last(|exporter, bytes| reader.read(exporter, bytes, None, batch));
        Ok(())
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
        while batch.observations.len() + batch.losses.len() < BATCH {
            let Some((exporter, bytes)) = self.datagrams.receive(patience)? else {
                break;
            };
            patience = Duration::ZERO;
            let now = micros(&self.clock);
            if self.reader.read(exporter, bytes, Some(now), batch).is_err() {
                batch.malformed += 1;
            }
        }
        // Windows close even when nobody exports.
        self.reader.advance(micros(&self.clock), batch);
        Ok(Supply::More)
    }
}

/// Microseconds since the epoch.
fn micros(clock: &impl Clock) -> i64 {
    clock.now_millis().saturating_mul(1_000)
}

/// From messages to observations.
struct Reader {
    decoder: Decoder,
    message: Message,
    placer: Placer,
    losses: Losses,
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
            losses: Losses::new(options.interval),
        }
    }

    /// Reads one message that came at `now`, or when it says that it was sent, and returns its length.
    /// Of a broken one, what came before the break counts.
    fn read(
        &mut self,
        exporter: IpAddr,
        bytes: &[u8],
        now: Option<i64>,
        batch: &mut Batch,
    ) -> Result<usize, bytes::Malformed> {
        let length = self.decoder.decode(exporter, bytes, &mut self.message);
        if length.is_ok() || now.is_some() {
            // Before anything is placed, so that a wrong clock opens no window of the past.
            self.advance(now.unwrap_or(self.message.now), batch);
        }
        let message = &self.message;
        // No flow ended after it was reported, whatever the clock of the exporter says.
        let reported = now.map_or(message.now, |now| now.min(message.now));
        for summary in &message.summaries {
            let seen = self
                .placer
                .place(summary, reported, &mut batch.observations);
            if !seen {
                batch.excluded = batch.excluded.saturating_add(summary.packets);
            }
        }
        for (lost, reason) in [
            (message.missing, losses::GAP),
            (message.undecodable, losses::NO_TEMPLATE),
            (message.unkept, losses::TOO_MANY_TEMPLATES),
        ] {
            if lost > 0 {
                self.losses.tell(reported, reason, &mut batch.losses);
            }
        }
        length
    }

    /// Closes windows that have waited long enough at a time, microseconds since the epoch.
    fn advance(&mut self, now: i64, batch: &mut Batch) {
        self.placer.advance(now);
        batch.watermark = self.placer.watermark();
    }
}

#[cfg(test)]
mod tests;
