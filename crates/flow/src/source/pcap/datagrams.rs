//! The UDP datagrams of a capture file: what exporters sent, captured on its way.

use std::net::IpAddr;
use std::path::Path;

use super::classic::Classic;
use super::input::{Fill, Input};
use super::placement::Placement;
use super::{Blocks, Failure, Format, Step, Steps, blocks};
use crate::packet::{Frame, decode, protocol};
use crate::source::SourceError;

/// Length of a UDP header.
const HEADER: usize = 8;

/// The datagrams of a capture file, in its order.
pub(in crate::source) struct CapturedDatagrams {
    input: Input,
    format: Format,
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
    /// The end.
    End,
}

impl CapturedDatagrams {
    /// Opens a capture file.
    pub(in crate::source) fn open(path: &Path) -> Result<CapturedDatagrams, SourceError> {
        let name = path.display().to_string();
        let file = std::fs::File::open(path).map_err(|error| SourceError::Io {
            what: name.clone(),
            error,
        })?;
        let mut input = Input::new(Box::new(file), &name)?;
        let placement = Placement::default();
        let magic = match input.fill(4, true)? {
            Fill::Ready => input.peek::<4>(0),
            Fill::Starved | Fill::Ended => None,
        };
        let format = match magic {
            Some(magic) if blocks::is_magic(magic) => Format::Blocks(Blocks::new(placement)),
            magic => {
                let opened = Classic::open(magic.unwrap_or_default(), &mut input, &placement);
                Format::Classic(opened.map_err(|failure| told(failure, &input))?)
            }
        };
        Ok(CapturedDatagrams { input, format })
    }

    /// Goes one step through the file; hands on the sender and the content of a datagram.
    pub(in crate::source) fn next(
        &mut self,
        mut take: impl FnMut(IpAddr, &[u8]),
    ) -> Result<Next, SourceError> {
        let step = match &mut self.format {
            Format::Classic(classic) => classic.step(&mut self.input, true),
            Format::Blocks(blocks) => blocks.step(&mut self.input, true),
        };
        let captured = match step {
            Ok(Step::Frame(captured)) => captured,
            Ok(Step::End { .. }) => return Ok(Next::End),
            Ok(Step::Lost { .. } | Step::Nothing | Step::Starved) => return Ok(Next::Other),
            Err(failure) => return Err(told(failure, &self.input)),
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

fn told(failure: Failure, input: &Input) -> SourceError {
    match failure {
        Failure::Io(error) => error,
        Failure::Corrupt(corrupt) => input.malformed(corrupt),
    }
}
