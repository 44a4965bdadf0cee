//! The pcapng format: a sequence of blocks in sections, with any number of interfaces.

mod device;
mod options;

use super::placement::{Place, Placement};
use super::{Captured, DROPPED, Failure, Step, Steps, TIMELESS, word};
use crate::observation::Direction;
use crate::source::input::{Input, LONGEST};

use device::Device;
use options::Options;

/// Begins each section; reads the same in both byte orders.
const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;

/// Tells the byte order of a section.
const BYTE_ORDER: u32 = 0x1a2b_3c4d;
/// Type, length, and the length again at the end.
const FRAME: usize = 12;
/// Device, time, two lengths: what stands before a packet.
const PACKET_HEADER: usize = 20;
/// Interfaces of a section that are remembered.
const MAX_DEVICES: usize = 65_536;

/// Options of packet blocks.
const FLAGS: u16 = 2;
const DROP_COUNT: u16 = 4;
/// Options of statistics: dropped by the interface, and by the system.
const INTERFACE_DROPS: u16 = 5;
const SYSTEM_DROPS: u16 = 7;

/// Whether a file begins like pcapng.
pub(super) fn is_magic(magic: [u8; 4]) -> bool {
    u32::from_be_bytes(magic) == SECTION
}

/// Where reading stands.
pub(super) struct Blocks {
    placement: Placement,
    little: bool,
    devices: Vec<Device>,
    /// Packets dropped before the last packet: device, time and number.
    dropped: Option<(usize, i64, u64)>,
    /// Bytes of a long block without packets that are still to be passed over.
    skip: u64,
}

/// A block without its frame.
struct Block<'f> {
    little: bool,
    /// Where it begins in the file.
    offset: u64,
    body: &'f [u8],
}

impl<'f> Block<'f> {
    fn u16(&self, at: usize) -> u16 {
        let bytes = self.bytes(at);
        if self.little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        }
    }

    fn u32(&self, at: usize) -> u32 {
        word(self.little, self.bytes(at))
    }

    /// Two words, the higher one first in either byte order.
    fn ticks(&self, at: usize) -> u64 {
        u64::from(self.u32(at)) << 32 | u64::from(self.u32(at + 4))
    }

    /// Bytes that [`Block::need`] has found to be there.
    fn bytes<const N: usize>(&self, at: usize) -> [u8; N] {
        let bytes = self.body.get(at..).and_then(<[u8]>::first_chunk);
        bytes.copied().unwrap_or([0; N])
    }

    fn need(&self, length: usize) -> Result<(), Failure> {
        if self.body.len() >= length {
            return Ok(());
        }
        Err(self.corrupt("the block is shorter than its kind must be"))
    }

    fn options(&self, at: usize) -> Options<'f> {
        Options::new(self.little, self.body.get(at..).unwrap_or_default())
    }

    fn corrupt(&self, problem: &str) -> Failure {
        Failure::corrupt(self.offset, problem.to_owned())
    }
}

impl Blocks {
    pub(super) fn new(placement: Placement) -> Self {
        Self {
            placement,
            little: true,
            devices: Vec::new(),
            dropped: None,
            skip: 0,
        }
    }

    /// A block that is too long for the buffer: no packet, or nonsense.
    fn long(&mut self, kind: u32, length: usize, offset: u64) -> Result<Step<'_>, Failure> {
        if matches!(
            kind,
            ENHANCED_PACKET | SIMPLE_PACKET | OBSOLETE_PACKET | SECTION | INTERFACE | STATISTICS
        ) {
            let problem = format!(
                "the block claims {length} bytes, more than any packet has: the file is damaged here"
            );
            return Err(Failure::corrupt(offset, problem));
        }
        self.skip = length as u64;
        Ok(Step::Nothing)
    }

    fn pass_over<'f>(&'f mut self, input: &mut Input, may_read: bool) -> Result<Step<'f>, Failure> {
        let fill = input.fill(1, may_read)?;
        if let Some(step) = Step::lacking(fill, Some(input.offset())) {
            return Ok(step);
        }
        let piece = usize::try_from(self.skip).unwrap_or(usize::MAX);
        self.skip -= input.take(piece).len() as u64;
        Ok(Step::Nothing)
    }

    /// A new section: interfaces are counted anew.
    fn section(&mut self, block: &Block<'_>) -> Result<Step<'_>, Failure> {
        block.need(16)?;
        let major = block.u16(4);
        if major != 1 {
            return Err(block.corrupt(&format!(
                "the pcapng version {major} is not understood, only 1 is"
            )));
        }
        self.devices.clear();
        Ok(Step::Nothing)
    }

    fn interface(&mut self, block: &Block<'_>) -> Result<Step<'_>, Failure> {
        block.need(8)?;
        if self.devices.len() == MAX_DEVICES {
            return Err(block.corrupt("the file has more than 65,536 interfaces"));
        }
        let device = Device::new(block.u16(0), block.options(8), &self.placement);
        self.devices
            .push(device.map_err(|problem| block.corrupt(&problem))?);
        Ok(Step::Nothing)
    }

    #[inline]
    fn enhanced<'f>(&'f mut self, block: &Block<'f>) -> Result<Step<'f>, Failure> {
        block.need(PACKET_HEADER)?;
        self.packet(block, block.u32(0) as usize, 0)
    }

    fn obsolete<'f>(&'f mut self, block: &Block<'f>) -> Result<Step<'f>, Failure> {
        block.need(PACKET_HEADER)?;
        // All ones mean that nobody counted.
        let drops = Some(block.u16(2)).filter(|drops| *drops != u16::MAX);
        self.packet(
            block,
            usize::from(block.u16(0)),
            u64::from(drops.unwrap_or(0)),
        )
    }

    /// A packet of a device, with its options behind. `drops` were dropped before it.
    #[inline]
    fn packet<'f>(
        &'f mut self,
        block: &Block<'f>,
        device: usize,
        mut drops: u64,
    ) -> Result<Step<'f>, Failure> {
        let captured = block.u32(12);
        let original = block.u32(16);
        let captured = captured as usize;
        let rest = block.body.get(PACKET_HEADER..);
        let frame = rest.and_then(|rest| rest.get(..captured));
        let Some(frame) = frame else {
            return Err(block.corrupt("the packet claims more bytes than its block has"));
        };
        let Some(known) = self.devices.get(device) else {
            return Err(block.corrupt(&format!(
                "the packet is of interface {device}, which the file does not describe"
            )));
        };
        let link = known
            .link
            .map_err(|unknown| block.corrupt(&unknown.to_string()))?;
        let Some(time) = known.time(block.ticks(4)) else {
            return Ok(self.lost(device, None, 1, TIMELESS));
        };
        let mut seen = None;
        let end = PACKET_HEADER + captured.next_multiple_of(4);
        if block.body.len() > end {
            for (code, value) in block.options(end) {
                match code {
                    FLAGS => seen = direction(value.u32()),
                    DROP_COUNT => drops = value.u64(),
                    _ => {}
                }
            }
        }
        if drops > 0 {
            self.dropped = Some((device, time, drops));
        }
        Ok(Step::Frame(Captured {
            link,
            place: &known.place,
            at: time,
            frame,
            wire_length: (original as usize).max(captured),
            seen,
        }))
    }

    /// A packet without a time, which no window can hold.
    fn simple(&mut self, block: &Block<'_>) -> Result<Step<'_>, Failure> {
        block.need(4)?;
        if self.devices.is_empty() {
            return Err(block.corrupt("a packet comes before the first interface is described"));
        }
        Ok(self.lost(0, None, 1, TIMELESS))
    }

    /// Counters of an interface since the beginning; what they have grown by was lost.
    fn statistics(&mut self, block: &Block<'_>) -> Result<Step<'_>, Failure> {
        block.need(12)?;
        let place = block.u32(0) as usize;
        let Some(device) = self.devices.get_mut(place) else {
            return Err(block.corrupt(&format!(
                "statistics are of interface {place}, which the file does not describe"
            )));
        };
        let drops = block
            .options(12)
            .filter(|(code, _)| matches!(*code, INTERFACE_DROPS | SYSTEM_DROPS))
            .fold(0_u64, |sum, (_, value)| sum.saturating_add(value.u64()));
        let more = drops.saturating_sub(device.dropped);
        device.dropped = drops;
        if more == 0 {
            return Ok(Step::Nothing);
        }
        let at = device.time(block.ticks(4));
        Ok(self.lost(place, at, more, DROPPED))
    }

    fn lost(&self, device: usize, at: Option<i64>, packets: u64, reason: &'static str) -> Step<'_> {
        Step::Lost {
            place: self
                .devices
                .get(device)
                .map_or(&Place::ByAddress, |device| &device.place),
            at,
            packets: Some(packets),
            reason,
        }
    }
}

impl Steps for Blocks {
    #[inline]
    fn step<'f>(&'f mut self, input: &'f mut Input, may_read: bool) -> Result<Step<'f>, Failure> {
        if let Some((device, at, packets)) = self.dropped.take() {
            return Ok(self.lost(device, Some(at), packets, DROPPED));
        }
        if self.skip > 0 {
            return self.pass_over(input, may_read);
        }
        let offset = input.offset();
        let fill = input.fill(FRAME, may_read)?;
        if let Some(step) = Step::lacking(fill, (!input.rest().is_empty()).then_some(offset)) {
            return Ok(step);
        }
        let kind = word(self.little, input.peek(0).unwrap_or_default());
        if kind == SECTION {
            self.little = match word(true, input.peek(8).unwrap_or_default()) {
                BYTE_ORDER => true,
                order if order.swap_bytes() == BYTE_ORDER => false,
                _ => {
                    let problem = "the section does not tell its byte order: the file is damaged";
                    return Err(Failure::corrupt(offset, problem.to_owned()));
                }
            };
        }
        let length = word(self.little, input.peek(4).unwrap_or_default()) as usize;
        if length < FRAME || !length.is_multiple_of(4) {
            let problem = format!("a block cannot have {length} bytes: the file is damaged here");
            return Err(Failure::corrupt(offset, problem));
        }
        if length > LONGEST {
            return self.long(kind, length, offset);
        }
        let fill = input.fill(length, may_read)?;
        if let Some(step) = Step::lacking(fill, Some(offset)) {
            return Ok(step);
        }
        let whole = input.take(length);
        let (body, end) = whole[8..].split_at(length - FRAME);
        let repeated = end.first_chunk().copied().unwrap_or_default();
        if word(self.little, repeated) as usize != length {
            let problem = "the two lengths of the block differ: the file is damaged here";
            return Err(Failure::corrupt(offset, problem.to_owned()));
        }
        let block = Block {
            little: self.little,
            offset,
            body,
        };
        match kind {
            ENHANCED_PACKET => self.enhanced(&block),
            SECTION => self.section(&block),
            INTERFACE => self.interface(&block),
            OBSOLETE_PACKET => self.obsolete(&block),
            SIMPLE_PACKET => self.simple(&block),
            STATISTICS => self.statistics(&block),
            _ => Ok(Step::Nothing),
        }
    }
}

/// The lowest two bits of the flags.
fn direction(flags: u32) -> Option<Direction> {
    match flags & 3 {
        1 => Some(Direction::Ingress),
        2 => Some(Direction::Egress),
        _ => None,
    }
}
