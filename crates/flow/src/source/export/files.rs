//! Messages of a file or a pipe: one after another, or in the datagrams of a capture.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use super::bytes::{Cursor, Malformed, TRUNCATED};
use crate::source::input::{Fill, Input};
use crate::source::pcap::datagrams::{CapturedDatagrams, Next};
use crate::source::{SourceError, netflow};

/// So much of a message tells of what kind it is, and of a capture file that it is one.
const HEAD: usize = 4;
/// Messages that stand one after another come from nobody.
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The messages of a file.
pub(super) enum Messages {
    /// Nothing has been seen of it yet. `None` only while that changes.
    Unknown(Option<Input>),
    /// One after another.
    Plain(Input),
    /// In a capture file.
    Captured(Box<CapturedDatagrams>),
}

/// What reading one message came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A message was handed on, or a packet passed over that has none.
    Read,
    /// Something should have been a message.
    Malformed,
    /// No whole message: reading was not allowed, or a pipe had no more in time.
    Starved,
    /// The end.
    End,
}

impl Messages {
    /// The messages of an input from its beginning.
    pub(super) fn new(input: Input) -> Messages {
        Messages::Unknown(Some(input))
    }

    /// From now on, a pipe is waited for until `patience` has passed.
    pub(super) fn wait_at_most(&mut self, patience: Duration) {
        match self {
            Messages::Unknown(Some(input)) | Messages::Plain(input) => input.wait_at_most(patience),
            Messages::Unknown(None) => {}
            Messages::Captured(datagrams) => datagrams.wait_at_most(patience),
        }
    }

    /// Hands the next message on, with its exporter; `take` returns its length. Without `may_read` only
    /// what the buffer has.
    pub(super) fn next(
        &mut self,
        may_read: bool,
        take: impl FnMut(IpAddr, &[u8]) -> Result<usize, Malformed>,
    ) -> Result<Step, SourceError> {
        if let Messages::Unknown(input) = self
            && let Some(known) = recognised(input, may_read)?
        {
            *self = known;
        }
        match self {
            Messages::Unknown(_) => Ok(Step::Starved),
            Messages::Plain(input) => message(input, may_read, take),
            Messages::Captured(datagrams) => datagram(datagrams, may_read, take),
        }
    }

    /// Hands on what waits for its end, when nothing more will be read.
    pub(super) fn last(&mut self, mut take: impl FnMut(IpAddr, &[u8]) -> Result<usize, Malformed>) {
        if let Messages::Plain(input) = self
            && netflow::frame(input.rest()).is_err()
        {
            // Of a message that is not whole, what is there counts.
            let _ = take(NOBODY, input.rest());
        }
    }
}

/// Finds out what an input is; `None` when a pipe has not brought it yet.
fn recognised(input: &mut Option<Input>, may_read: bool) -> Result<Option<Messages>, SourceError> {
    let Some(known) = input else {
        return Ok(None);
    };
    let captured = match known.fill(HEAD, may_read)? {
        Fill::Ready => known.peek(0).is_some_and(CapturedDatagrams::is_magic),
        Fill::Starved => return Ok(None),
        Fill::Ended => false,
    };
    Ok(input.take().map(|input| match captured {
        true => Messages::Captured(Box::new(CapturedDatagrams::new(input))),
        false => Messages::Plain(input),
    }))
}

/// Reads the next of messages that stand one after another.
fn message(
    input: &mut Input,
    may_read: bool,
    mut take: impl FnMut(IpAddr, &[u8]) -> Result<usize, Malformed>,
) -> Result<Step, SourceError> {
    let mut need = HEAD;
    let (length, whole) = loop {
        match input.fill(need, may_read)? {
            Fill::Ready => {}
            Fill::Starved => return Ok(Step::Starved),
            Fill::Ended => break (input.rest().len(), false),
        }
        match netflow::frame(input.rest()) {
            Ok(length) => break (length, true),
            Err(more) => need = more,
        }
    };
    if length == 0 && !whole {
        return Ok(Step::End);
    }
    let bytes = input.rest().get(..length).unwrap_or_default();
    match take(NOBODY, bytes) {
        Ok(length) => {
            input.take(length);
            Ok(Step::Read)
        }
        Err(TRUNCATED) if !whole && input.offset() > 0 => {
            // The writer was interrupted; what came before still counts.
            input.take(length);
            Ok(Step::Malformed)
        }
        Err(Malformed(problem)) => Err(SourceError::Malformed {
            what: input.name().to_owned(),
            problem: format!(
                "the message at byte {} is broken: {problem}; a file of exports holds messages of NetFlow v5, v9 or IPFIX and nothing between them",
                input.offset()
            ),
        }),
    }
}

/// Reads the next packet of a capture file. Datagrams of other protocols are passed over.
fn datagram(
    datagrams: &mut CapturedDatagrams,
    may_read: bool,
    mut take: impl FnMut(IpAddr, &[u8]) -> Result<usize, Malformed>,
) -> Result<Step, SourceError> {
    let mut broken = false;
    let next = datagrams.next(may_read, |exporter, content| {
        let version = Cursor::new(content).peek_u16();
        if version.is_some_and(|version| netflow::VERSIONS.contains(&version)) {
            broken = take(exporter, content).is_err();
        }
    })?;
    Ok(match next {
        Next::End => Step::End,
        Next::Starved => Step::Starved,
        Next::Incomplete => Step::Malformed,
        Next::Datagram | Next::Other if broken => Step::Malformed,
        Next::Datagram | Next::Other => Step::Read,
    })
}
