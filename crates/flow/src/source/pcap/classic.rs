//! The classic pcap format.

use super::placement::{Place, Placement};
use super::{Captured, Failure, Step, Steps, word};
use crate::packet::LinkType;
use crate::source::input::{Fill, Input, LONGEST};

/// Bytes of the file header.
const HEADER: usize = 24;
/// The longest packet that any program writes.
const LONGEST_PACKET: u32 = 262_144;
/// Bits of the link type; the others tell about frame check sequences.
const LINK_BITS: u32 = 0xffff;

/// Numbers at the beginning of the file: microseconds, nanoseconds, and microseconds with a longer
/// packet header that patched programs wrote.
const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;
const PATCHED: u32 = 0xa1b2_cd34;

/// What the file header says.
pub(super) struct Classic {
    little: bool,
    /// Whether times have them, and not microseconds.
    nanoseconds: bool,
    /// Bytes of the header of a packet.
    packet_header: usize,
    longest: u32,
    link: LinkType,
    place: Place,
}

/// The magic number that a file begins with, and whether its numbers begin with the lowest byte.
pub(super) fn byte_order(magic: [u8; 4]) -> Option<(bool, u32)> {
    let known = |number: &u32| matches!(*number, MICROSECONDS | NANOSECONDS | PATCHED);
    let little = Some(u32::from_le_bytes(magic)).filter(known);
    let big = Some(u32::from_be_bytes(magic)).filter(known);
    let little = little.map(|number| (true, number));
    little.or(big.map(|number| (false, number)))
}

impl Classic {
    /// Reads the file header; `None` when a pipe has not brought it yet.
    pub(super) fn open(
        magic: [u8; 4],
        input: &mut Input,
        placement: &Placement,
    ) -> Result<Option<Self>, Failure> {
        let Some((little, number)) = byte_order(magic) else {
            return Err(Failure::corrupt(
                0,
                format!(
                    "it is no pcap or pcapng file, its first bytes are {magic:02x?}; `editcap` converts \
                     captures of other formats"
                ),
            ));
        };
        match input.fill(HEADER, true)? {
            Fill::Ready => {}
            Fill::Starved => return Ok(None),
            Fill::Ended => {
                return Err(Failure::corrupt(0, "the file header is cut off".to_owned()));
            }
        }
        let field = |input: &Input, at: usize| word(little, input.peek(at).unwrap_or_default());
        let major = field(input, 4) & if little { 0xffff } else { 0xffff_0000 };
        let major = if little { major } else { major >> 16 };
        if major != 2 {
            return Err(Failure::corrupt(
                4,
                format!("the pcap version {major} is not understood, only 2 is"),
            ));
        }
        let snaplen = field(input, 16);
        let link = field(input, 20) & LINK_BITS;
        let link = LinkType::from_number(link)
            .map_err(|unknown| Failure::corrupt(20, unknown.to_string()))?;
        input.take(HEADER);
        Ok(Some(Self {
            little,
            nanoseconds: number == NANOSECONDS,
            packet_header: if number == PATCHED { 24 } else { 16 },
            longest: snaplen.max(LONGEST_PACKET),
            link,
            place: placement.of_capture(""),
        }))
    }
}

impl Steps for Classic {
    #[inline(always)]
    fn step<'f>(&'f mut self, input: &'f mut Input, may_read: bool) -> Result<Step<'f>, Failure> {
        let offset = input.offset();
        let fill = input.fill(self.packet_header, may_read)?;
        if let Some(step) = Step::lacking(fill, (!input.rest().is_empty()).then_some(offset)) {
            return Ok(step);
        }
        let header: [u8; 16] = input.peek(0).unwrap_or_default();
        let field = |at: usize| {
            let bytes = [header[at], header[at + 1], header[at + 2], header[at + 3]];
            word(self.little, bytes)
        };
        let captured = field(8);
        if captured > self.longest.min(LONGEST as u32) {
            return Err(Failure::corrupt(
                offset,
                format!(
                    "the packet claims {captured} bytes, more than the file allows: the file is damaged here"
                ),
            ));
        }
        let length = self.packet_header + captured as usize;
        let fill = input.fill(length, may_read)?;
        if let Some(step) = Step::lacking(fill, Some(offset)) {
            return Ok(step);
        }
        // A division by a constant is a multiplication.
        let fraction = match self.nanoseconds {
            true => field(4) / 1000,
            false => field(4),
        };
        let frame = &input.take(length)[self.packet_header..];
        Ok(Step::Frame(Captured {
            link: self.link,
            place: &self.place,
            at: i64::from(field(0)) * 1_000_000 + i64::from(fraction),
            frame,
            wire_length: (field(12) as usize).max(frame.len()),
            seen: None,
        }))
    }
}
