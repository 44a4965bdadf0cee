//! Messages of the network: a UDP socket.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

use crate::source::SourceError;

/// The longest datagram.
const DATAGRAM: usize = 64 * 1024;

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

fn failed(name: &str, error: io::Error) -> SourceError {
    SourceError::Io {
        what: name.to_owned(),
        error,
    }
}
