//! Where messages come from.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::net::{IpAddr, UdpSocket};
use std::path::Path;
use std::time::Duration;

use super::bytes::Malformed;
use crate::source::SourceError;

/// Room for the longest message, twice.
const ROOM: usize = 128 * 1024;
/// The longest datagram.
const DATAGRAM: usize = 64 * 1024;

/// First bytes of pcap in both byte orders and resolutions, pcapng, gzip and Zstandard. Messages begin
/// with a small number.
const CAPTURES: [&[u8]; 7] = [
    &[0xa1, 0xb2, 0xc3, 0xd4],
    &[0xd4, 0xc3, 0xb2, 0xa1],
    &[0xa1, 0xb2, 0x3c, 0x4d],
    &[0x4d, 0x3c, 0xb2, 0xa1],
    &[0x0a, 0x0d, 0x0d, 0x0a],
    &[0x1f, 0x8b],
    &[0x28, 0xb5, 0x2f, 0xfd],
];

/// Whether a file looks like a capture file. What cannot be read here is told when it is opened.
pub(super) fn is_capture(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4).read_to_end(&mut head));
    read.is_ok() && CAPTURES.iter().any(|magic| head.starts_with(magic))
}

/// The messages of a file, one after another.
pub(super) struct FileMessages {
    path: String,
    file: Box<dyn Read>,
    buffer: Vec<u8>,
    /// What of the buffer is read already.
    begin: usize,
    at_end: bool,
    /// Where in the file the buffer begins.
    offset: u64,
}

impl FileMessages {
    /// A file; `-` is standard input.
    pub(super) fn open(path: &Path) -> Result<FileMessages, SourceError> {
        if path.as_os_str() == "-" {
            return Ok(FileMessages::new("standard input", Box::new(io::stdin())));
        }
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Ok(FileMessages::new(&name, Box::new(file))),
            Err(error) => Err(failed(&name, error)),
        }
    }

    pub(super) fn new(name: &str, file: Box<dyn Read>) -> FileMessages {
        FileMessages {
            path: name.to_owned(),
            file,
            buffer: Vec::with_capacity(ROOM),
            begin: 0,
            at_end: false,
            offset: 0,
        }
    }

    /// What comes next: a whole message at least, unless the file ends before.
    pub(super) fn fill(&mut self) -> Result<&[u8], SourceError> {
        if !self.at_end && self.buffer.len() - self.begin < ROOM / 2 {
            self.buffer.drain(..self.begin);
            self.offset += self.begin as u64;
            self.begin = 0;
            let wanted = ROOM - self.buffer.len();
            let read = (&mut self.file)
                .take(wanted as u64)
                .read_to_end(&mut self.buffer)
                .map_err(|error| failed(&self.path, error))?;
            self.at_end = read < wanted;
        }
        Ok(self.buffer.get(self.begin..).unwrap_or_default())
    }

    /// Goes behind a message.
    pub(super) fn consume(&mut self, length: usize) {
        self.begin = (self.begin + length).min(self.buffer.len());
    }

    /// Whether the buffer ends with the file.
    pub(super) fn is_last(&self) -> bool {
        self.at_end
    }

    /// Whether a message was read.
    pub(super) fn has_begun(&self) -> bool {
        self.offset > 0 || self.begin > 0
    }

    /// The error for a message that cannot be read.
    pub(super) fn malformed(&self, Malformed(problem): Malformed) -> SourceError {
        SourceError::Malformed {
            what: self.path.clone(),
            problem: format!(
                "the message at byte {} is broken: {problem}; a file of exports holds messages of NetFlow v5, v9 or IPFIX and nothing between them",
                self.offset + self.begin as u64
            ),
        }
    }
}

fn failed(path: &str, error: io::Error) -> SourceError {
    SourceError::Io {
        what: path.to_owned(),
        error,
    }
}

/// Datagrams of a socket.
pub(super) struct Datagrams {
    socket: UdpSocket,
    name: String,
    buffer: Vec<u8>,
}

impl Datagrams {
    pub(super) fn new(socket: UdpSocket) -> Result<Datagrams, SourceError> {
        let name = match socket.local_addr() {
            Ok(address) => format!("UDP port {address}"),
            Err(error) => return Err(failed("the UDP socket", error)),
        };
        Ok(Datagrams {
            socket,
            name,
            buffer: vec![0; DATAGRAM],
        })
    }

    /// The next datagram and who sent it; `None` when none came in time.
    pub(super) fn receive(
        &mut self,
        patience: Duration,
    ) -> Result<Option<(IpAddr, &[u8])>, SourceError> {
        let wait = !patience.is_zero();
        self.socket
            .set_nonblocking(!wait)
            .and_then(|()| self.socket.set_read_timeout(wait.then_some(patience)))
            .map_err(|error| failed(&self.name, error))?;
        match self.socket.recv_from(&mut self.buffer) {
            Ok((length, sender)) => {
                let bytes = self.buffer.get(..length).unwrap_or_default();
                Ok(Some((sender.ip(), bytes)))
            }
            Err(error) => match error.kind() {
                // Refused is the answer to something that another process sent from here.
                ErrorKind::WouldBlock
                | ErrorKind::TimedOut
                | ErrorKind::Interrupted
                | ErrorKind::ConnectionRefused => Ok(None),
                _ => Err(failed(&self.name, error)),
            },
        }
    }
}
