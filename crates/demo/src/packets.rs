//! The packets of a day: the same plan as the records, written as a capture file.
//!
//! A record says how many packets went by, how large they were together, which flags they had and when
//! the first and the last of them passed. Packets that add up to it can be made, and whoever adds them
//! up again has to find the record.

use std::collections::HashSet;
use std::io::{self, Write};
use std::net::IpAddr;

use crate::WINDOW_SECONDS;
use crate::record::{Record, Status};
use crate::site::Site;

/// Flags of TCP.
const FIN_RST: u8 = 1 | 4;
const SYN: u8 = 2;
const ACK: u8 = 16;
/// Captured packets are IP without a link layer.
const LINKTYPE_RAW: u16 = 101;
const MICROS: i64 = 1_000_000;

/// Interface, egress, accepted, addresses, ports, protocol.
type FlowKey = (u16, bool, bool, IpAddr, IpAddr, u16, u16, u8);

/// Chooses the records of a day that packets can tell, and writes the packets as pcapng: a section
/// with an interface for each of the site's, named after its id.
pub struct PacketWriter<W> {
    out: W,
    /// Records with more packets are left out.
    most: u64,
    window: i64,
    /// What tells flows apart within a window.
    seen: HashSet<FlowKey>,
    /// Packets of the window, by time.
    waiting: Vec<Packet>,
}

struct Packet {
    /// Microseconds since the epoch.
    at: i64,
    interface: u16,
    egress: bool,
    /// IP and transport headers.
    head: Vec<u8>,
    /// Length on the wire.
    length: u32,
}

impl<W: Write> PacketWriter<W> {
    /// Begins a capture file. Records with more than `most` packets will be left out.
    pub fn new(site: &Site, most: u64, mut out: W) -> io::Result<PacketWriter<W>> {
        let mut section = vec![];
        for part in [0x1a2b_3c4d_u32, 0x0000_0001] {
            section.extend(part.to_le_bytes());
        }
        // The length of the section is not known.
        section.extend([0xff; 8]);
        block(&mut out, 0x0a0d_0d0a, &section)?;
        for interface in &site.interfaces {
            let mut body = Vec::new();
            body.extend(LINKTYPE_RAW.to_le_bytes());
            body.extend([0; 6]);
            option(&mut body, 2, interface.id.as_bytes());
            option(&mut body, 0, &[]);
            block(&mut out, 1, &body)?;
        }
        Ok(PacketWriter {
            out,
            most,
            window: i64::MIN,
            seen: HashSet::new(),
            waiting: Vec::new(),
        })
    }

    /// Takes a record, in the order of the generator, and says whether it is told by packets: a flow
    /// of its window that no other record tells as well, with packets neither too many nor too small
    /// for their headers.
    pub fn record(&mut self, record: &Record) -> io::Result<bool> {
        let window = record.end.div_euclid(WINDOW_SECONDS);
        if window != self.window {
            self.flush()?;
            self.window = window;
            self.seen.clear();
        }
        let smallest = head(record, 0).len() as u64;
        let possible = record.status == Status::Ok
            && (1..=self.most).contains(&record.packets)
            && record.bytes / record.packets >= smallest
            && record.bytes.div_ceil(record.packets) <= u64::from(u16::MAX)
            && (record.packets > 1 || record.start == record.end)
            && record.start.div_euclid(WINDOW_SECONDS) == window;
        let key = (
            record.interface,
            record.egress,
            record.accepted,
            record.packet_source,
            record.packet_destination,
            record.source_port,
            record.destination_port,
            record.protocol,
        );
        if !possible || !self.seen.insert(key) {
            return Ok(false);
        }
        self.packets(record);
        Ok(true)
    }

    /// The packets of a record, spread evenly from its start to its end.
    fn packets(&mut self, record: &Record) {
        let (size, rest) = (record.bytes / record.packets, record.bytes % record.packets);
        let last = record.packets - 1;
        for number in 0..record.packets {
            let share = i128::from((record.end - record.start) * MICROS) * i128::from(number)
                / i128::from(last.max(1));
            let mut flags = if record.packets > 1 { ACK } else { 0 };
            if number == 0 {
                let opening = record.tcp_flags & (SYN | ACK);
                flags = if opening == 0 { flags } else { opening };
            }
            if number == last {
                flags |= record.tcp_flags & FIN_RST;
            }
            let length = size + u64::from(number < rest);
            let mut head = head(record, length);
            if let Some(place) = flags_place(record) {
                head[place] = flags;
            }
            self.waiting.push(Packet {
                // Within the first and the last second.
                at: record.start * MICROS + share as i64,
                interface: record.interface,
                egress: record.egress,
                head,
                length: length as u32,
            });
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.waiting.sort_by_key(|packet| packet.at);
        for packet in self.waiting.drain(..) {
            let mut body = Vec::with_capacity(packet.head.len() + 40);
            let at = packet.at as u64;
            for part in [
                u32::from(packet.interface),
                (at >> 32) as u32,
                at as u32,
                packet.head.len() as u32,
                packet.length,
            ] {
                body.extend(part.to_le_bytes());
            }
            body.extend(&packet.head);
            body.resize(body.len().next_multiple_of(4), 0);
            let direction: u32 = if packet.egress { 2 } else { 1 };
            option(&mut body, 2, &direction.to_le_bytes());
            option(&mut body, 0, &[]);
            block(&mut self.out, 6, &body)?;
        }
        Ok(())
    }

    /// Writes what is left.
    pub fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// The headers of a packet of a record with so many bytes.
fn head(record: &Record, length: u64) -> Vec<u8> {
    let mut head = match (record.packet_source, record.packet_destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            let mut head = vec![0x45, 0];
            head.extend((length as u16).to_be_bytes());
            // No fragment, and a time to live.
            head.extend([0, 0, 0, 0, 64, record.protocol, 0, 0]);
            head.extend(source.octets());
            head.extend(destination.octets());
            head
        }
        (source, destination) => {
            let octets = |address| match address {
                IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
                IpAddr::V6(address) => address.octets(),
            };
            let mut head = vec![0x60, 0, 0, 0];
            head.extend((length.saturating_sub(40) as u16).to_be_bytes());
            head.extend([record.protocol, 64]);
            head.extend(octets(source));
            head.extend(octets(destination));
            head
        }
    };
    if matches!(record.protocol, 6 | 17) {
        head.extend(record.source_port.to_be_bytes());
        head.extend(record.destination_port.to_be_bytes());
    }
    match record.protocol {
        // Numbers, a header of five words, flags, and the rest.
        6 => head.extend([0, 0, 0, 0, 0, 0, 0, 0, 5 << 4, 0, 1, 0, 0, 0, 0, 0]),
        17 => {
            let ip = head.len() as u64 - 4;
            head.extend((length.saturating_sub(ip) as u16).to_be_bytes());
            head.extend([0, 0]);
        }
        // An echo request of ICMP.
        _ => head.extend([8, 0, 0, 0, 0, 0, 0, 0]),
    }
    head
}

/// Where the flags of TCP stand.
fn flags_place(record: &Record) -> Option<usize> {
    let ip = if record.packet_source.is_ipv4() {
        20
    } else {
        40
    };
    (record.protocol == 6).then_some(ip + 13)
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    body.extend(code.to_le_bytes());
    body.extend((value.len() as u16).to_le_bytes());
    body.extend(value);
    body.resize(body.len().next_multiple_of(4), 0);
}

fn block(out: &mut impl Write, kind: u32, body: &[u8]) -> io::Result<()> {
    let length = (body.len() as u32 + 12).to_le_bytes();
    out.write_all(&kind.to_le_bytes())?;
    out.write_all(&length)?;
    out.write_all(body)?;
    out.write_all(&length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Generator;

    #[test]
    fn most_records_can_be_told_by_packets() {
        let generator = Generator::new(1, 2_000).expect("a plan");
        let mut writer = PacketWriter::new(generator.site(), 300, Vec::new()).expect("memory");
        let mut told = 0;
        for record in generator {
            told += usize::from(writer.record(&record).expect("memory"));
        }
        let capture = writer.finish().expect("memory");
        assert!(told > 1_500, "{told}");
        // Blocks follow each other by their lengths.
        let (mut place, mut blocks) = (0, 0);
        while place < capture.len() {
            let length: [u8; 4] = capture[place + 4..place + 8].try_into().expect("four");
            place += u32::from_le_bytes(length) as usize;
            blocks += 1;
        }
        assert_eq!(place, capture.len());
        assert!(blocks > told);
    }
}
