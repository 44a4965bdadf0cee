//! Reading what firewall rules log: the socket, and what it means when messages are missing.

use std::io;
use std::time::Duration;

use super::namespace::Namespace;
use super::netlink;
use super::nflog::{self, Gaps, Logged, REFUSED};
use super::socket::{Socket, wait};
use crate::inventory::InterfaceKey;
use crate::observation::Direction;
use crate::source::{Batch, Loss, SourceError};

/// Bytes of received messages that wait for us in the kernel.
const RECEIVE_BUFFER: i32 = 64 << 20;
/// A datagram holds at most the kernel's buffer for collected packets.
const DATAGRAM: usize = 256 << 10;
/// A group that no rule logs to.
const PROBE: u16 = REFUSED + 1;
/// The number of the postrouting hook: packets that leave.
const POSTROUTING: u8 = 4;

/// The socket that receives what rules log.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) socket: Socket,
    gaps: [Gaps; 2],
    buffer: Vec<u8>,
    title: String,
}

impl Log {
    /// Listens to groups in the thread's namespace.
    pub(super) fn open(groups: &[u16], namespace: &Namespace) -> Result<Self, SourceError> {
        let title = format!("the packet log of {}", namespace.title());
        let failed = |error: io::Error| SourceError::Io {
            what: title.clone(),
            error,
        };
        let socket = Socket::netlink(libc::NETLINK_NETFILTER, 0).map_err(failed)?;
        socket.receive_buffer(RECEIVE_BUFFER).map_err(failed)?;
        let mut log = Self {
            socket,
            gaps: [Gaps::default(); 2],
            buffer: vec![0; DATAGRAM],
            title: title.clone(),
        };
        for (place, group) in (0u32..).zip(groups) {
            for (step, message) in (0u32..).zip(nflog::subscribe(*group, place * 2 + 1)) {
                let answer = log.command(&message, place * 2 + 1 + step);
                answer.map_err(|error| log.refused(error))?;
            }
        }
        Ok(log)
    }

    /// The kernel answers a missing privilege and a group that somebody else has in the same way;
    /// whether a group that nobody has can be had tells them apart.
    fn refused(&mut self, error: io::Error) -> SourceError {
        const SEQUENCE: u32 = 1000;
        if error.raw_os_error() != Some(libc::EPERM) {
            return self.failed(error);
        }
        let [probe, _] = nflog::subscribe(PROBE, SEQUENCE);
        match self.command(&probe, SEQUENCE) {
            Ok(()) => SourceError::Malformed {
                what: self.title.clone(),
                problem: "another capture listens there; stop it first".to_owned(),
            },
            Err(_) => SourceError::Privilege {
                what: self.title.clone(),
                capability: "CAP_NET_ADMIN",
                instead:
                    "observing without rules needs only CAP_NET_RAW, and capture files need nothing"
                        .to_owned(),
            },
        }
    }

    fn command(&mut self, message: &[u8], sequence: u32) -> io::Result<()> {
        const PATIENCE: Duration = Duration::from_secs(5);
        self.socket.send(message)?;
        loop {
            wait(&[&self.socket], PATIENCE)?;
            let Some(datagram) = self.socket.receive(&mut self.buffer)? else {
                return Err(io::Error::from(io::ErrorKind::TimedOut));
            };
            let mut answers = netlink::messages(datagram)
                .filter(|message| message.kind == netlink::ERROR && message.sequence == sequence);
            match answers
                .next()
                .and_then(|answer| netlink::error_number(answer.body))
            {
                Some(0) => return Ok(()),
                Some(number) => return Err(io::Error::from_raw_os_error(number)),
                // Packets of a group that we listen to already.
                None => {}
            }
        }
    }

    /// Reads logged packets until none is waiting (`true`) or about `most` were read.
    pub(super) fn read(
        &mut self,
        batch: &mut Batch,
        now: i64,
        most: usize,
        mut each: impl FnMut(&Logged<'_>, &mut Batch),
    ) -> Result<bool, SourceError> {
        let mut count = 0;
        while count < most {
            let datagram = match self.socket.receive(&mut self.buffer) {
                Ok(Some(datagram)) => datagram,
                Ok(None) => return Ok(true),
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {
                    batch.losses.push(lost(now, None));
                    continue;
                }
                Err(error) => return Err(self.failed(error)),
            };
            for message in netlink::messages(datagram) {
                let Some(logged) = nflog::logged(&message) else {
                    continue;
                };
                count += 1;
                let gaps = &mut self.gaps[usize::from(logged.group == REFUSED)];
                let missing = logged.sequence.map_or(0, |number| gaps.missing(number));
                if missing > 0 {
                    batch.losses.push(lost(now, Some(u64::from(missing))));
                }
                each(&logged, batch);
            }
        }
        Ok(false)
    }

    pub(super) fn failed(&self, error: io::Error) -> SourceError {
        SourceError::Io {
            what: self.title.clone(),
            error,
        }
    }
}

/// Which interface a lost message was about is not known.
fn lost(at: i64, packets: Option<u64>) -> Loss {
    Loss {
        interface: None::<InterfaceKey>,
        at,
        packets,
        reason: "the kernel logged packets faster than they were read",
    }
}

/// Direction and device: the chains that log are on the two outermost hooks.
pub(super) fn side(logged: &Logged<'_>) -> (Direction, u32) {
    if logged.hook == POSTROUTING {
        (Direction::Egress, logged.to)
    } else {
        (Direction::Ingress, logged.from)
    }
}

/// Length of an IP packet as its header says; what was captured, if the header says nothing.
pub(super) fn wire_length(packet: &[u8]) -> usize {
    let short = |at: usize| {
        let bytes = packet.get(at..)?.first_chunk()?;
        Some(usize::from(u16::from_be_bytes(*bytes)))
    };
    let length = match packet.first().map(|first| first >> 4) {
        Some(4) => short(2),
        Some(6) => short(4)
            .filter(|length| *length > 0)
            .map(|length| length + 40),
        _ => None,
    };
    length.unwrap_or_default().max(packet.len())
}
