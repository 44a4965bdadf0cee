//! The UDP datagrams of a capture file: what exporters sent, captured on its way.

use std::net::IpAddr;
use std::time::Duration;

use super::placement::Placement;
use super::{Failure, Format, Step, Steps};
use crate::packet::{Frame, decode, protocol};
use crate::source::SourceError;
use crate::source::input::Input;

/// Length of a UDP header.
const HEADER: usize = 8;

/// The datagrams of a capture file, in its order.
pub(in crate::source) struct CapturedDatagrams {
    input: Input,
    /// `None` until the first bytes are there.
    format: Option<Format>,
}

/// What came next in the file.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::source) enum Next {
    /// A datagram, which was handed on.
    Datagram,
    /// Another packet.
    Other,
    /// A datagram of which a part is missing: fragmented, or cut by the capture.
    Incomplete,
    /// Nothing yet: reading was not allowed, or a pipe had nothing in time.
    Starved,
    /// The end.
    End,
}

impl CapturedDatagrams {
    /// Whether an input that begins so is a capture file.
    pub(in crate::source) fn is_magic(magic: [u8; 4]) -> bool {
        Format::is_magic(magic)
    }

    /// Reads a capture file from its beginning.
    pub(in crate::source) fn new(input: Input) -> CapturedDatagrams {
        CapturedDatagrams {
            input,
            format: None,
        }
    }

    /// From now on, a pipe is waited for until `patience` has passed.
    pub(in crate::source) fn wait_at_most(&mut self, patience: Duration) {
        self.input.wait_at_most(patience);
    }

    /// Goes one step through the file, without `may_read` as far as the buffer goes; hands on the sender
    /// and the content of a datagram.
    pub(in crate::source) fn next(
        &mut self,
        may_read: bool,
        take: impl FnMut(IpAddr, &[u8]),
    ) -> Result<Next, SourceError> {
        let next = self.step(may_read, take);
        next.map_err(|failure| failure.told(&self.input))
    }

    fn step(
        &mut self,
        may_read: bool,
        mut take: impl FnMut(IpAddr, &[u8]),
    ) -> Result<Next, Failure> {
        let input = &mut self.input;
        if self.format.is_none() {
            self.format = Format::recognise(input, &Placement::default())?;
        }
        let step = match &mut self.format {
            Some(Format::Classic(classic)) => classic.step(input, may_read)?,
            Some(Format::Blocks(blocks)) => blocks.step(input, may_read)?,
            None => Step::Starved,
        };
        let captured = match step {
            Step::Frame(captured) => captured,
            Step::End { .. } => return Ok(Next::End),
            Step::Starved => return Ok(Next::Starved),
            Step::Lost { .. } | Step::Nothing => return Ok(Next::Other),
        };
        let packet = match decode(captured.link, captured.frame, captured.wire_length) {
            Frame::Ip(packet) if packet.tuple.protocol == protocol::UDP => packet,
            Frame::Cut => return Ok(Next::Incomplete),
            Frame::Ip(_) | Frame::Other | Frame::Malformed => return Ok(Next::Other),
        };
        let whole = packet.fragment.is_none()
            && u32::try_from(packet.transport.len())
                .is_ok_and(|kept| kept >= packet.transport_length);
        match packet.transport.get(HEADER..) {
            Some(content) if whole => {
                take(packet.tuple.source, content);
                Ok(Next::Datagram)
            }
            _ => Ok(Next::Incomplete),
        }
    }
}
