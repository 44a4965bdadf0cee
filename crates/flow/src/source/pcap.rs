//! Capture files: pcap and pcapng of any byte order and time resolution, plain or compressed with gzip
//! or Zstandard, from a file or a pipe.
//!
//! The file is read once, in order, through one buffer that packets are decoded in. What a capture
//! lacks (packets that it dropped, frames cut before their ports, an end within a packet) is a loss.

mod blocks;
mod chronology;
mod classic;
pub(super) mod datagrams;
mod placement;

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use crate::inventory::{InterfaceKey, Inventory};
use crate::judge::{Judge, Verdict};
use crate::observation::{Direction, Observation};
use crate::packet::{FragmentCache, Frame, LinkType, Packet, decode, decode_plain_v4, segments};
use crate::source::input::{Fill, Input};
use crate::source::{Batch, Loss, Source, SourceError, Supply};

use blocks::Blocks;
use chronology::{Chronology, Outcome};
use classic::Classic;
use placement::{Place, Placement};

/// Observations and losses in a batch.
const BATCH: usize = 1024;
/// How long opening waits for a pipe to say what it is. If it takes no longer, a mistake is told before
/// anything is written.
const HEAD: Duration = Duration::from_secs(1);
/// How far packets may be out of order: several queues write into one file. Microseconds.
const DISORDER: i64 = 5_000_000;

const CUT: &str = "the capture keeps too little of each frame: raise its snapshot length";
const DROPPED: &str = "the capture dropped packets";
const ENDS_EARLY: &str = "the capture ends within a packet";
const WRONG_TIME: &str = "the time of a packet is far from that of the packets around it";
const TIMELESS: &str = "the capture has packets without a time";

/// What becomes of packets on their way from a capture file to observations.
#[derive(Default)]
pub struct PcapOptions {
    /// Rules that are replayed over the packets. Without them everything is ACCEPT.
    pub judge: Option<Box<dyn Judge>>,
    /// The largest IP packet on the wire. Larger TCP segments, which segmentation offload leaves in
    /// captures, count as what they became. `None`: a packet of the capture is a packet.
    pub mtu: Option<u16>,
}

/// Reads a capture file.
pub struct PcapSource {
    input: Input,
    /// `None` until the first bytes are there.
    format: Option<Format>,
    packets: Packets,
    /// The file has ended.
    ended: bool,
    /// Why it cannot be read on, to be said once everything before has been delivered.
    failure: Option<SourceError>,
}

/// A frame of a capture file.
struct Captured<'f> {
    link: LinkType,
    place: &'f Place,
    /// Microseconds since the epoch.
    at: i64,
    frame: &'f [u8],
    wire_length: usize,
    /// Direction that the file gives.
    seen: Option<Direction>,
}

/// The next thing in a capture file.
enum Step<'f> {
    /// A frame.
    Frame(Captured<'f>),
    /// Packets that are missing in the file.
    Lost {
        place: &'f Place,
        at: Option<i64>,
        packets: Option<u64>,
        reason: &'static str,
    },
    /// Something without packets.
    Nothing,
    /// The buffer has no whole packet any more.
    Starved,
    /// The file ends here, or within something at an offset.
    End { within: Option<u64> },
}

impl Step<'_> {
    /// The step when something is not whole in the buffer; at the end of the file, `within` is where
    /// what was cut begins. `None` when it is whole.
    #[inline]
    fn lacking(fill: Fill, within: Option<u64>) -> Option<Self> {
        match fill {
            Fill::Ready => None,
            Fill::Starved => Some(Step::Starved),
            Fill::Ended => Some(Step::End { within }),
        }
    }
}

/// Goes through a file of one format.
trait Steps {
    /// The next step; without `may_read` as far as the buffer goes.
    fn step<'f>(&'f mut self, input: &'f mut Input, may_read: bool) -> Result<Step<'f>, Failure>;
}

/// How far reading has come.
enum Reached {
    /// The batch is full, or the buffer empty.
    Pause,
    /// The end of the file, which may lie within something at an offset.
    End { within: Option<u64> },
}

enum Format {
    Classic(Classic),
    Blocks(Blocks),
}

impl Format {
    /// Whether a file that begins so is a capture.
    fn is_magic(magic: [u8; 4]) -> bool {
        blocks::is_magic(magic) || classic::byte_order(magic).is_some()
    }

    /// Finds the format out by the first bytes; `None` when a pipe has not brought them yet.
    fn recognise(input: &mut Input, placement: &Placement) -> Result<Option<Self>, Failure> {
        let magic = match input.fill(4, true)? {
            Fill::Ready => input.peek(0).unwrap_or_default(),
            Fill::Starved => return Ok(None),
            Fill::Ended => {
                let problem = "nothing is in it: it is empty or was cut off";
                return Err(Failure::corrupt(0, problem.to_owned()));
            }
        };
        if blocks::is_magic(magic) {
            return Ok(Some(Self::Blocks(Blocks::new(placement.clone()))));
        }
        Ok(Classic::open(magic, input, placement)?.map(Self::Classic))
    }
}

/// Why a file cannot be read on: a problem, and at which byte.
struct Corrupt {
    offset: u64,
    problem: String,
}

impl PcapSource {
    /// Opens a capture file; `-` is standard input.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is no capture, or has a link type that is not understood.
    pub fn open(
        path: &Path,
        inventory: &Inventory,
        options: PcapOptions,
    ) -> Result<Self, SourceError> {
        Self::read(Input::open(path)?, inventory, options)
    }

    /// Reads a capture from anywhere. `name` is what messages call it.
    ///
    /// # Errors
    ///
    /// As [`PcapSource::open`].
    pub fn new(
        reader: Box<dyn Read>,
        name: &str,
        inventory: &Inventory,
        options: PcapOptions,
    ) -> Result<Self, SourceError> {
        Self::read(Input::file(reader, name)?, inventory, options)
    }

    fn read(
        input: Input,
        inventory: &Inventory,
        options: PcapOptions,
    ) -> Result<Self, SourceError> {
        let mut source = Self {
            input,
            format: None,
            packets: Packets::new(options, Placement::new(inventory)),
            ended: false,
            failure: None,
        };
        source.input.wait_at_most(HEAD);
        match source.recognise() {
            Ok(()) => Ok(source),
            Err(failure) => Err(failure.told(&source.input)),
        }
    }

    /// Finds the format out, if the bytes are there that tell it.
    fn recognise(&mut self) -> Result<(), Failure> {
        if self.format.is_none() {
            self.format = Format::recognise(&mut self.input, &self.packets.placement)?;
        }
        Ok(())
    }

    /// Takes steps until the batch is full or the buffer empty.
    fn steps(&mut self, batch: &mut Batch) -> Result<Supply, Failure> {
        self.recognise()?;
        let (input, packets) = (&mut self.input, &mut self.packets);
        let reached = match &mut self.format {
            Some(Format::Classic(classic)) => packets.follow(classic, input, batch),
            Some(Format::Blocks(blocks)) => packets.follow(blocks, input, batch),
            None => Ok(Reached::Pause),
        }?;
        let Reached::End { within } = reached else {
            return Ok(Supply::More);
        };
        self.ended = true;
        self.end(within, batch);
        Ok(Supply::End)
    }

    /// The last words: what the user should know of the whole file.
    fn end(&mut self, within: Option<u64>, batch: &mut Batch) {
        self.packets.flush(batch);
        if let Some(offset) = within {
            batch.warnings.push(format!(
                "{}: the capture ends within a packet at byte {offset}; it was cut off, or is still being written",
                self.input.name()
            ));
            self.packets
                .lose(&Place::ByAddress, None, None, ENDS_EARLY, batch);
        }
        self.packets.end(self.input.name(), batch);
    }
}

/// A failure of the input or of its format.
enum Failure {
    Io(SourceError),
    Corrupt(Corrupt),
}

impl Failure {
    #[cold]
    fn corrupt(offset: u64, problem: String) -> Self {
        Self::Corrupt(Corrupt { offset, problem })
    }

    /// The error for the user.
    fn told(self, input: &Input) -> SourceError {
        match self {
            Self::Io(error) => error,
            Self::Corrupt(Corrupt { offset, problem }) => SourceError::Malformed {
                what: match offset {
                    0 => input.name().to_owned(),
                    offset => format!("{}, at byte {offset}", input.name()),
                },
                problem,
            },
        }
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        Self::Io(error)
    }
}

impl From<Corrupt> for Failure {
    fn from(corrupt: Corrupt) -> Self {
        Self::Corrupt(corrupt)
    }
}

impl Source for PcapSource {
    fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError> {
        batch.clear();
        if self.ended {
            return Ok(Supply::End);
        }
        if let Some(failure) = self.failure.take() {
            self.ended = true;
            return Err(failure);
        }
        self.input.wait_at_most(patience);
        let supply = self.steps(batch);
        if supply.is_err() {
            self.packets.flush(batch);
        }
        self.packets.settle(batch);
        supply.or_else(|failure| {
            self.failure = Some(failure.told(&self.input));
            Ok(Supply::More)
        })
    }

    fn close(&mut self, batch: &mut Batch) -> Result<(), SourceError> {
        batch.clear();
        self.packets.flush(batch);
        self.packets.settle(batch);
        Ok(())
    }
}

/// From frames to observations.
struct Packets {
    options: PcapOptions,
    placement: Placement,
    fragments: FragmentCache,
    chronology: Chronology,
    /// Packets that belong to no interface of the inventory.
    nobodys: u64,
    /// Packets whose direction had to be assumed.
    assumed: u64,
    /// Lost packets before the first one with a time, for which no record can stand.
    untold: u64,
}

impl Packets {
    fn new(options: PcapOptions, placement: Placement) -> Self {
        Self {
            options,
            placement,
            fragments: FragmentCache::default(),
            chronology: Chronology::default(),
            nobodys: 0,
            assumed: 0,
            untold: 0,
        }
    }

    /// Follows the steps of a file until the batch is full or the buffer empty. The loop is made for
    /// each format, so that nothing is asked for each packet that is known for all, and with all of the
    /// way inlined, for the reason that [`crate::packet`] gives.
    fn follow(
        &mut self,
        steps: &mut impl Steps,
        input: &mut Input,
        batch: &mut Batch,
    ) -> Result<Reached, Failure> {
        // A batch ends with the buffer, whatever was in it: a file without a packet that counts is left
        // now and then as well.
        let mut may_read = true;
        while batch.observations.len() + batch.losses.len() < BATCH {
            match steps.step(input, may_read)? {
                Step::Frame(captured) => self.take(&captured, batch),
                Step::Lost {
                    place,
                    at,
                    packets,
                    reason,
                } => self.lose(place, at, packets, reason, batch),
                Step::Nothing => {}
                Step::Starved => break,
                Step::End { within } => return Ok(Reached::End { within }),
            }
            may_read = false;
        }
        Ok(Reached::Pause)
    }

    #[inline(always)]
    fn take(&mut self, captured: &Captured<'_>, batch: &mut Batch) {
        if !self.chronology.follows(captured.at) {
            self.leap(captured, batch);
            return;
        }
        self.chronology.believe(captured.at);
        match decode_plain_v4(captured.link, captured.frame, captured.wire_length) {
            Some(frame) => self.see(captured, frame, batch),
            None => self.decode(captured, batch),
        }
    }

    /// Takes the first packet, one whose time is far from that of others, and the one behind either.
    #[cold]
    fn leap(&mut self, captured: &Captured<'_>, batch: &mut Batch) {
        match self.chronology.judge(captured.at) {
            Some(Outcome::Believed(waiting)) => self.believe(&waiting.captured(), batch),
            Some(Outcome::Wrong(waiting)) => {
                let at = self.chronology.newest().unwrap_or(captured.at);
                let place = waiting.captured().place;
                self.lose(place, Some(at), Some(1), WRONG_TIME, batch);
            }
            None => {}
        }
        if self.chronology.follows(captured.at) {
            self.believe(captured, batch);
        } else {
            self.chronology.wait(captured);
        }
    }

    /// Takes the packet that still waits when no other comes.
    fn flush(&mut self, batch: &mut Batch) {
        if let Some(waiting) = self.chronology.last() {
            self.believe(&waiting.captured(), batch);
        }
    }

    fn believe(&mut self, captured: &Captured<'_>, batch: &mut Batch) {
        self.chronology.believe(captured.at);
        self.decode(captured, batch);
    }

    /// Any frame; see [`decode_plain_v4`] for the reason why frequent ones have code of their own.
    #[inline(never)]
    fn decode(&mut self, captured: &Captured<'_>, batch: &mut Batch) {
        let frame = decode(captured.link, captured.frame, captured.wire_length);
        self.see(captured, frame, batch);
    }

    #[inline(always)]
    fn see(&mut self, captured: &Captured<'_>, frame: Frame<'_>, batch: &mut Batch) {
        match frame {
            Frame::Ip(packet) => self.place(captured, packet, batch),
            Frame::Other => batch.excluded += 1,
            Frame::Malformed => batch.malformed += 1,
            Frame::Cut => self.lose(captured.place, Some(captured.at), Some(1), CUT, batch),
        }
    }

    #[inline(always)]
    fn place(&mut self, captured: &Captured<'_>, packet: Packet<'_>, batch: &mut Batch) {
        let packet = self.fragments.resolved(packet, captured.at);
        let (source, destination) = (packet.tuple.source, packet.tuple.destination);
        match captured.place {
            Place::Fixed(interface, own) => {
                let seen = captured.seen.or(packet.seen);
                let direction = own.direction(source, destination, seen).unwrap_or_else(|| {
                    self.assumed += 1;
                    Direction::Ingress
                });
                self.observe(*interface, direction, &packet, captured.at, batch);
            }
            Place::ByAddress => {
                let sender = self.placement.owner(source);
                let receiver = self.placement.owner(destination);
                if let Some(sender) = sender {
                    self.observe(sender, Direction::Egress, &packet, captured.at, batch);
                }
                if let Some(receiver) = receiver.filter(|receiver| Some(*receiver) != sender) {
                    self.observe(receiver, Direction::Ingress, &packet, captured.at, batch);
                }
                if sender.is_none() && receiver.is_none() {
                    self.nobodys += 1;
                    batch.excluded += 1;
                }
            }
        }
    }

    #[inline(always)]
    fn observe(
        &mut self,
        interface: InterfaceKey,
        direction: Direction,
        packet: &Packet<'_>,
        at: i64,
        batch: &mut Batch,
    ) {
        let verdict = match &mut self.options.judge {
            None => Verdict::ACCEPT,
            Some(judge) => {
                let packet = *packet;
                judge.judge(&packet.question(interface, direction, at))
            }
        };
        let bytes = u64::from(packet.bytes);
        let (packets, bytes) = match self.options.mtu {
            Some(mtu) if bytes > u64::from(mtu) => on_the_wire(packet, mtu),
            _ => (1, bytes),
        };
        batch.observations.push(Observation {
            interface,
            direction,
            tuple: packet.tuple,
            action: verdict.action,
            reject_reason: verdict.reject_reason,
            tcp_flags: packet.tcp_flags,
            packets,
            bytes,
            first: at,
            last: at,
        });
    }

    /// Reports a loss: of one interface, or of any. Without a time of its own, it is that of the newest
    /// packet.
    fn lose(
        &mut self,
        place: &Place,
        at: Option<i64>,
        packets: Option<u64>,
        reason: &'static str,
        batch: &mut Batch,
    ) {
        // Before the first packet there is no window that it could have been lost in.
        let Some(at) = at.or(self.chronology.now()) else {
            self.untold = self.untold.saturating_add(packets.unwrap_or(0));
            return;
        };
        let interface = match place {
            Place::Fixed(interface, _) => Some(*interface),
            Place::ByAddress => None,
        };
        batch.losses.push(Loss {
            interface,
            at,
            packets,
            reason,
        });
    }

    /// Completes a batch.
    fn settle(&mut self, batch: &mut Batch) {
        if let Some(judge) = &mut self.options.judge {
            judge.take_losses(&mut batch.losses);
        }
        let newest = self.chronology.newest();
        batch.watermark = newest.map(|newest| newest.saturating_sub(DISORDER));
    }

    fn end(&self, name: &str, batch: &mut Batch) {
        if self.untold > 0 {
            batch.warnings.push(format!(
                "{name}: {} packets have no time and are not recorded",
                self.untold
            ));
        }
        if self.nobodys > 0 {
            batch.warnings.push(format!(
                "{name}: {} packets are between addresses that no interface of the inventory has; they are not recorded",
                self.nobodys
            ));
        }
        if self.assumed > 0 {
            batch.warnings.push(format!(
                "{name}: {} packets have no address of the interface at either end, and the capture does not tell \
                 their direction; they count as ingress. Name the interface's addresses with `--local`",
                self.assumed
            ));
        }
    }
}

/// A number of a file whose byte order is known.
#[inline]
fn word(little: bool, bytes: [u8; 4]) -> u32 {
    if little {
        u32::from_le_bytes(bytes)
    } else {
        u32::from_be_bytes(bytes)
    }
}

/// Packets and bytes of a segment that is larger than the wire takes. Other protocols than TCP are
/// not cut by offload but fragmented by IP, and a capture shows that.
fn on_the_wire(packet: &Packet<'_>, mtu: u16) -> (u64, u64) {
    let total = u64::from(packet.bytes);
    if packet.tuple.protocol != crate::packet::protocol::TCP || packet.fragment.is_some() {
        return (1, total);
    }
    let headers = total.saturating_sub(u64::from(packet.payload()));
    segments(total, headers, u64::from(mtu).saturating_sub(headers))
}

#[cfg(test)]
mod tests;
