//! What packets were on the wire that the firewall sees as one: TCP segments that the card cuts, and
//! datagrams that are fragmented after, or put together before, the firewall (flow log spec 8.4).
//!
//! NFLOG does not say how a packet is cut. The segment size is learned from the handshake; without one,
//! the device's MTU decides.

use std::collections::HashMap;
use std::net::IpAddr;

use foldhash::fast::RandomState;

use crate::inventory::InterfaceKey;
use crate::observation::Tuple;
use crate::packet::{Packet, protocol, segments};

/// Connections whose segment size is remembered; when there are more, all are forgotten, and the MTU
/// decides.
const CONNECTIONS: usize = 65_536;
const SYN: u8 = 2;
/// Least MTU of IPv4; what is not larger is never cut.
const LEAST: u32 = 576;

/// Remembers segment sizes.
#[derive(Debug, Default)]
pub struct Offload {
    sizes: HashMap<(InterfaceKey, Tuple), u16, RandomState>,
}

impl Offload {
    /// Packets and bytes on the wire of what crossed an interface as one packet.
    pub fn wire(&mut self, interface: InterfaceKey, packet: &Packet<'_>, mtu: u32) -> (u64, u64) {
        if packet.tuple.protocol == protocol::TCP {
            self.learn(interface, packet);
        }
        let total = u64::from(packet.bytes);
        if packet.bytes <= LEAST {
            return (1, total);
        }
        let network = packet.bytes.saturating_sub(packet.transport_length);
        if packet.tuple.protocol != protocol::TCP {
            return fragments(packet, network, mtu);
        }
        let transport = packet
            .transport
            .get(12)
            .map_or(20, |offset| u32::from(offset >> 4) * 4);
        let headers = network + transport;
        let learned = self.sizes.get(&(interface, packet.tuple));
        // The announced size counts a header without options.
        let learned =
            learned.map(|size| u32::from(*size).saturating_sub(transport.saturating_sub(20)));
        let of_mtu = mtu.saturating_sub(headers);
        let segment = learned.map_or(of_mtu, |learned| learned.min(of_mtu));
        segments(total, u64::from(headers), u64::from(segment))
    }

    /// Each end announces the largest segment that it takes, which limits what the other sends.
    fn learn(&mut self, interface: InterfaceKey, packet: &Packet<'_>) {
        if packet.tcp_flags & SYN == 0 {
            return;
        }
        let Some(size) = announced(packet.transport) else {
            return;
        };
        if self.sizes.len() >= CONNECTIONS {
            self.sizes.clear();
        }
        let tuple = packet.tuple;
        let reversed = Tuple {
            source: tuple.destination,
            destination: tuple.source,
            source_port: tuple.destination_port,
            destination_port: tuple.source_port,
            protocol: tuple.protocol,
        };
        self.sizes.insert((interface, reversed), size);
    }
}

/// The maximum segment size among the options of a TCP header.
fn announced(transport: &[u8]) -> Option<u16> {
    let length = usize::from(transport.get(12)? >> 4) * 4;
    let mut options = transport.get(20..length.min(transport.len()))?;
    loop {
        options = match options {
            [] | [0, ..] => return None,
            [1, rest @ ..] => rest,
            [2, 4, high, low, ..] => return Some(u16::from_be_bytes([*high, *low])),
            [_, length, ..] => options.get(usize::from(*length).max(2)..)?,
            [_] => return None,
        };
    }
}

/// A datagram larger than the MTU travels in fragments.
fn fragments(packet: &Packet<'_>, network: u32, mtu: u32) -> (u64, u64) {
    let total = u64::from(packet.bytes);
    if packet.bytes <= mtu || packet.fragment.is_some() {
        return (1, total);
    }
    let headers = match packet.tuple.source {
        IpAddr::V4(_) => network,
        // The fragment header.
        IpAddr::V6(_) => network + 8,
    };
    let piece = mtu.saturating_sub(headers) & !7;
    if piece == 0 {
        return (1, total);
    }
    let payload = u64::from(packet.transport_length);
    let count = payload.div_ceil(u64::from(piece));
    (count, payload + count * u64::from(headers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{Frame, LinkType, decode, decode_ip};
    use crate::packet_builder::{PacketBuilder, tcp};

    const KEY: InterfaceKey = InterfaceKey(0);

    /// Decodes what was built as a packet of `length` bytes, of which the log kept little.
    fn wire(offload: &mut Offload, mut bytes: Vec<u8>, length: u16, mtu: u32) -> (u64, u64) {
        bytes[2..4].copy_from_slice(&length.to_be_bytes());
        bytes.truncate(128);
        let Frame::Ip(packet) = decode_ip(&bytes, usize::from(length)) else {
            panic!("no packet");
        };
        offload.wire(KEY, &packet, mtu)
    }

    #[test]
    fn segments_are_as_long_as_the_peer_said() {
        let (client, server) = (([10, 0, 0, 1], 1000).into(), ([10, 0, 0, 2], 22).into());
        let mut offload = Offload::default();
        let data = || PacketBuilder::tcp(client, server, tcp::ACK).build();
        // Unknown: the MTU decides, 1460 bytes of payload.
        assert_eq!(wire(&mut offload, data(), 14_640, 1500), (10, 14_600 + 400));
        // The server takes 1000 bytes at most.
        let mut answer = PacketBuilder::tcp(server, client, tcp::SYN | tcp::ACK).build();
        answer[32] = 6 << 4;
        answer.extend([2, 4, 3, 232]);
        wire(&mut offload, answer, 44, 1500);
        assert_eq!(wire(&mut offload, data(), 14_640, 1500), (15, 14_600 + 600));
        // What the server sends is not limited by that.
        let back = PacketBuilder::tcp(server, client, tcp::ACK).build();
        assert_eq!(wire(&mut offload, back, 14_640, 1500).0, 10);
    }

    #[test]
    fn large_datagrams_are_fragments() {
        let (client, server) = (([10, 0, 0, 1], 1000).into(), ([10, 0, 0, 2], 53).into());
        let mut offload = Offload::default();
        let datagram = || PacketBuilder::udp(client, server).total_length(200).build();
        assert_eq!(wire(&mut offload, datagram(), 1500, 1500), (1, 1500));
        assert_eq!(wire(&mut offload, datagram(), 4028, 1500), (3, 4008 + 60));
        assert_eq!(wire(&mut offload, datagram(), 4028, 0), (1, 4028));
    }

    #[test]
    fn options_that_lie_are_no_trouble() {
        for options in [&[2, 4, 1][..], &[5, 0, 2, 4, 5, 180], &[9], &[1, 1, 1, 2]] {
            let mut header = vec![0; 20];
            header[12] = 15 << 4;
            header.extend(options);
            let _ = announced(&header);
            let _ = decode(LinkType::Raw, &header, header.len());
        }
        assert_eq!(announced(&[0; 12]), None);
    }
}
