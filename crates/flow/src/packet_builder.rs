//! Makes packets and capture files: for tests, examples and synthetic traffic.
//!
//! Lengths and checksums are right, so that other programs accept the packets and a lab can send
//! them.

use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};

use crate::packet::protocol;

/// TCP flags as on the wire.
pub mod tcp {
    /// No more data from the sender.
    pub const FIN: u8 = 1;
    /// Opens a connection.
    pub const SYN: u8 = 2;
    /// Breaks a connection.
    pub const RST: u8 = 4;
    /// Data should be delivered at once.
    pub const PSH: u8 = 8;
    /// The acknowledgement counts.
    pub const ACK: u8 = 16;
}

/// Builds one IP packet. Both addresses are of one family.
#[derive(Debug, Clone)]
pub struct PacketBuilder {
    source: IpAddr,
    destination: IpAddr,
    protocol: u8,
    /// Transport header without its checksum, and payload.
    segment: Vec<u8>,
    id: u32,
    options: Vec<u8>,
}

impl PacketBuilder {
    /// A TCP segment with the given flags (see [`tcp`]).
    pub fn tcp(source: SocketAddr, destination: SocketAddr, flags: u8) -> Self {
        let mut header = ports(source, destination);
        header.extend([
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            1,
            5 << 4,
            flags,
            0xff,
            0xff,
            0,
            0,
            0,
            0,
        ]);
        Self::new(source.ip(), destination.ip(), protocol::TCP, header)
    }

    /// A UDP datagram.
    pub fn udp(source: SocketAddr, destination: SocketAddr) -> Self {
        let mut header = ports(source, destination);
        header.extend([0, 8, 0, 0]);
        Self::new(source.ip(), destination.ip(), protocol::UDP, header)
    }

    /// An ICMP message; ICMPv6 between IPv6 addresses.
    pub fn icmp(source: IpAddr, destination: IpAddr, kind: u8, code: u8) -> Self {
        let number = match destination {
            IpAddr::V4(_) => protocol::ICMP,
            IpAddr::V6(_) => protocol::ICMP_V6,
        };
        let header = vec![kind, code, 0, 0, 0, 1, 0, 1];
        Self::new(source, destination, number, header)
    }

    /// A packet of any other protocol. SCTP and its kin have their ports in the payload.
    pub fn other(source: IpAddr, destination: IpAddr, protocol: u8) -> Self {
        Self::new(source, destination, protocol, Vec::new())
    }

    fn new(source: IpAddr, destination: IpAddr, protocol: u8, segment: Vec<u8>) -> Self {
        Self {
            source,
            destination,
            protocol,
            segment,
            id: 0,
            options: Vec::new(),
        }
    }

    /// Appends payload.
    #[must_use]
    pub fn payload(mut self, bytes: &[u8]) -> Self {
        self.segment.extend_from_slice(bytes);
        self
    }

    /// Fills the payload with zeros until the IP packet is `total` bytes long. A packet that is
    /// longer already stays as it is.
    #[must_use]
    pub fn total_length(mut self, total: usize) -> Self {
        let segment = total.saturating_sub(self.header_length());
        if segment > self.segment.len() {
            self.segment.resize(segment, 0);
        }
        self
    }

    /// The identification that fragments share.
    #[must_use]
    pub fn id(mut self, id: u32) -> Self {
        self.id = id;
        self
    }

    /// IPv4 options, padded to four bytes; for IPv6, a chain of extension headers is not built here.
    #[must_use]
    pub fn options(mut self, options: &[u8]) -> Self {
        self.options = options.to_vec();
        self.options.resize(options.len().next_multiple_of(4), 0);
        self
    }

    /// The IP packet.
    pub fn build(&self) -> Vec<u8> {
        self.ip(&self.checked_segment(), None)
    }

    /// The IP packet in an Ethernet frame.
    pub fn ethernet(&self) -> Vec<u8> {
        ethernet(&self.build())
    }

    /// The IP packet in fragments with at most `size` bytes of payload each (a multiple of eight).
    pub fn fragments(&self, size: usize) -> Vec<Vec<u8>> {
        let size = size.next_multiple_of(8).max(8);
        let segment = self.checked_segment();
        let count = segment.len().div_ceil(size);
        let part = |(place, bytes): (usize, &[u8])| {
            let offset = u16::try_from(place * size / 8).unwrap_or(u16::MAX);
            self.ip(bytes, Some((offset, place + 1 < count)))
        };
        segment.chunks(size).enumerate().map(part).collect()
    }

    fn header_length(&self) -> usize {
        match self.destination {
            IpAddr::V4(_) => 20 + self.options.len(),
            IpAddr::V6(_) => 40,
        }
    }

    /// The segment with its length and checksum.
    fn checked_segment(&self) -> Vec<u8> {
        let mut segment = self.segment.clone();
        let length = u16::try_from(segment.len()).unwrap_or(0);
        let place = match self.protocol {
            protocol::TCP => 16,
            protocol::UDP => {
                put(&mut segment, 4, length);
                6
            }
            protocol::ICMP | protocol::ICMP_V6 => 2,
            _ => return segment,
        };
        let mut sum = 0;
        if self.protocol != protocol::ICMP {
            for address in [self.source, self.destination] {
                match address {
                    IpAddr::V4(address) => add(&mut sum, &address.octets()),
                    IpAddr::V6(address) => add(&mut sum, &address.octets()),
                }
            }
            sum += u32::from(self.protocol) + u32::from(length);
        }
        add(&mut sum, &segment);
        let checksum = match fold(sum) {
            // In UDP, 0 means that there is none.
            0 if self.protocol == protocol::UDP => 0xffff,
            checksum => checksum,
        };
        put(&mut segment, place, checksum);
        segment
    }

    /// An IP packet around a payload; `place` is its offset in units of eight bytes, and whether more
    /// follow.
    fn ip(&self, payload: &[u8], place: Option<(u16, bool)>) -> Vec<u8> {
        match (self.source, self.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                let length = self.header_length() + payload.len();
                let words = u8::try_from(self.header_length() / 4).unwrap_or(15);
                let place = place.map_or(0x4000, |(offset, more)| offset | u16::from(more) << 13);
                let mut packet = vec![0x40 | words, 0];
                packet.extend(u16::try_from(length).unwrap_or(0).to_be_bytes());
                packet.extend(&self.id.to_be_bytes()[2..]);
                packet.extend(place.to_be_bytes());
                packet.extend([64, self.protocol, 0, 0]);
                packet.extend(source.octets());
                packet.extend(destination.octets());
                packet.extend(&self.options);
                let mut sum = 0;
                add(&mut sum, &packet);
                put(&mut packet, 10, fold(sum));
                packet.extend(payload);
                packet
            }
            (source, destination) => {
                let mut extension = Vec::new();
                let mut next = self.protocol;
                if let Some((offset, more)) = place {
                    extension.extend([next, 0]);
                    extension.extend((offset << 3 | u16::from(more)).to_be_bytes());
                    extension.extend(self.id.to_be_bytes());
                    next = 44;
                }
                let length = extension.len() + payload.len();
                let mut packet = vec![0x60, 0, 0, 0];
                packet.extend(u16::try_from(length).unwrap_or(0).to_be_bytes());
                packet.extend([next, 64]);
                for address in [source, destination] {
                    match address {
                        IpAddr::V4(address) => packet.extend(address.to_ipv6_mapped().octets()),
                        IpAddr::V6(address) => packet.extend(address.octets()),
                    }
                }
                packet.extend(extension);
                packet.extend(payload);
                packet
            }
        }
    }
}

/// An IP packet in an Ethernet frame between two made-up stations.
pub fn ethernet(packet: &[u8]) -> Vec<u8> {
    let kind: u16 = match packet.first() {
        Some(first) if first >> 4 == 6 => 0x86dd,
        _ => 0x0800,
    };
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
    frame.extend(kind.to_be_bytes());
    frame.extend(packet);
    frame
}

fn ports(source: SocketAddr, destination: SocketAddr) -> Vec<u8> {
    let mut header = source.port().to_be_bytes().to_vec();
    header.extend(destination.port().to_be_bytes());
    header
}

fn put(bytes: &mut [u8], at: usize, value: u16) {
    if let Some(place) = bytes.get_mut(at..at + 2) {
        place.copy_from_slice(&value.to_be_bytes());
    }
}

/// Adds 16-bit words to a sum of the internet checksum.
fn add(sum: &mut u32, bytes: &[u8]) {
    for word in bytes.chunks(2) {
        let low = word.get(1).copied().unwrap_or(0);
        *sum += u32::from(u16::from_be_bytes([word[0], low]));
    }
}

fn fold(mut sum: u32) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(0)
}

/// Writes a capture file in the classic format, with times in microseconds.
#[derive(Debug)]
pub struct PcapWriter<W: Write> {
    out: W,
}

impl<W: Write> PcapWriter<W> {
    /// Begins a file of frames of a link type, by its number: 1 Ethernet, 101 IP.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn new(mut out: W, link: u32) -> io::Result<Self> {
        let mut header = Vec::with_capacity(24);
        header.extend(0xa1b2_c3d4_u32.to_le_bytes());
        header.extend(2_u16.to_le_bytes());
        header.extend(4_u16.to_le_bytes());
        header.extend([0; 8]);
        header.extend(262_144_u32.to_le_bytes());
        header.extend(link.to_le_bytes());
        out.write_all(&header)?;
        Ok(Self { out })
    }

    /// Writes a whole frame that was seen `at`, microseconds since the epoch.
    ///
    /// # Errors
    ///
    /// Those of the output, and times before 1970 or after 2106.
    pub fn frame(&mut self, at: i64, frame: &[u8]) -> io::Result<()> {
        self.cut_frame(at, frame, frame.len())
    }

    /// Writes the beginning of a frame that was `wire_length` bytes long.
    ///
    /// # Errors
    ///
    /// As [`PcapWriter::frame`].
    pub fn cut_frame(&mut self, at: i64, frame: &[u8], wire_length: usize) -> io::Result<()> {
        let number = |number: i64| u32::try_from(number).map_err(io::Error::other);
        let length = |length: usize| u32::try_from(length).map_err(io::Error::other);
        let mut header = [0; 16];
        let words = [
            number(at.div_euclid(1_000_000))?,
            number(at.rem_euclid(1_000_000))?,
            length(frame.len())?,
            length(wire_length)?,
        ];
        for (place, word) in header.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        self.out.write_all(&header)?;
        self.out.write_all(frame)
    }

    /// The output, after everything was written.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}
