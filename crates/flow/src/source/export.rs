//! Exports of other meters: NetFlow v5 and v9, and IPFIX, from files or from the network.
//!
//! A file holds the messages one after another, as RFC 5655 has it for IPFIX. On the network each
//! message is a datagram; a capture file of them is read as well. What a message says of a flow becomes observations by the rules of
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

use super::netflow;
use super::pcap::datagrams::{CapturedDatagrams, Next};
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

/// A file of exported messages, or a capture file that has them in datagrams.
pub struct ExportFile {
    input: Input,
    reader: Reader,
}

enum Input {
    Messages(FileMessages),
    Captured(Box<CapturedDatagrams>),
}

impl ExportFile {
    /// Opens a file of messages, or a capture file of them (pcap or pcapng, also compressed); `-` is
    /// messages on standard input.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn open(
        path: &Path,
        inventory: &Inventory,
        options: ExportOptions,
    ) -> Result<ExportFile, SourceError> {
        let input = if input::is_capture(path) {
            Input::Captured(Box::new(CapturedDatagrams::open(path)?))
        } else {
            Input::Messages(FileMessages::open(path)?)
        };
        Ok(ExportFile {
            input,
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
            input: Input::Messages(FileMessages::new(name, reader)),
            reader: Reader::new(inventory, options),
        }
    }
}

impl Source for ExportFile {
    fn next(&mut self, batch: &mut Batch, _patience: Duration) -> Result<Supply, SourceError> {
        batch.clear();
        while batch.observations.len() < BATCH {
            let supply = match &mut self.input {
                Input::Messages(messages) => message(messages, &mut self.reader, batch),
                Input::Captured(datagrams) => datagram(datagrams, &mut self.reader, batch),
            }?;
            if supply == Supply::End {
                return Ok(Supply::End);
            }
        }
        Ok(Supply::More)
    }
}

/// Reads the next message of a file.
fn message(
    messages: &mut FileMessages,
    reader: &mut Reader,
    batch: &mut Batch,
) -> Result<Supply, SourceError> {
    let bytes = messages.fill()?;
    if bytes.is_empty() {
        return Ok(Supply::End);
    }
    let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    match reader.read(nobody, bytes, None, batch) {
        Ok(length) => {
            messages.consume(length);
            Ok(Supply::More)
        }
        Err(bytes::TRUNCATED) if messages.is_last() && messages.has_begun() => {
            // The writer was interrupted; what came before still counts.
            batch.malformed += 1;
            Ok(Supply::End)
        }
        Err(problem) => Err(messages.malformed(problem)),
    }
}

/// Reads the next packet of a capture file. Datagrams of other protocols are passed over.
fn datagram(
    datagrams: &mut CapturedDatagrams,
    reader: &mut Reader,
    batch: &mut Batch,
) -> Result<Supply, SourceError> {
    let mut broken = false;
    let next = datagrams.next(|exporter, content| {
        let version = bytes::Cursor::new(content).peek_u16();
        if version.is_some_and(|version| netflow::VERSIONS.contains(&version)) {
            broken = reader.read(exporter, content, None, batch).is_err();
        }
    })?;
    batch.malformed += u64::from(broken || next == Next::Incomplete);
    Ok(match next {
        Next::End => Supply::End,
        _ => Supply::More,
    })
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
        let mut lose = |reason| {
            batch.losses.push(Loss {
                interface: None,
                at: reported,
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

    /// Closes windows that have waited long enough at a time, microseconds since the epoch.
    fn advance(&mut self, now: i64, batch: &mut Batch) {
        self.placer.advance(now);
        batch.watermark = self.placer.watermark();
    }
}

#[cfg(test)]
mod tests;
