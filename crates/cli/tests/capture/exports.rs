//! Messages of NetFlow v5, as a meter exports them.

use std::net::Ipv4Addr;

/// 2024-05-01 12:00:00 UTC, seconds.
pub const NOON: u32 = 1_714_564_800;

/// One flow.
#[derive(Clone, Copy)]
pub struct Flow {
    pub source: Ipv4Addr,
    pub destination: Ipv4Addr,
    pub port: u16,
    pub packets: u32,
    pub bytes: u32,
    /// First and last packet, seconds.
    pub first: u32,
    pub last: u32,
}

/// A flow a second from noon on, for so many seconds; 100 bytes a packet, and up to 7 packets.
pub fn flows(seconds: u32) -> Vec<Flow> {
    (0..seconds)
        .map(|second| {
            let packets = 1 + second % 7;
            Flow {
                source: Ipv4Addr::new(192, 0, 2, (second % 250) as u8),
                destination: Ipv4Addr::new(10, 0, 0, 5),
                port: 40_000 + (second % 1_000) as u16,
                packets,
                bytes: packets * 100,
                first: NOON + second,
                last: NOON + second,
            }
        })
        .collect()
}

/// The messages that tell of flows, each sent when the last of its flows has ended.
pub fn messages(flows: &[Flow]) -> Vec<Vec<u8>> {
    let mut sequence = 0_u32;
    let message = |flows: &[Flow]| {
        let now = flows.iter().map(|flow| flow.last).max().unwrap_or(NOON);
        let mut bytes = Vec::new();
        bytes.extend([0, 5]);
        bytes.extend((flows.len() as u16).to_be_bytes());
        // Up for a day.
        let uptime = 86_400_000_u32;
        for word in [uptime, now, 0, sequence, 0] {
            bytes.extend(word.to_be_bytes());
        }
        sequence += flows.len() as u32;
        for flow in flows {
            bytes.extend(flow.source.octets());
            bytes.extend(flow.destination.octets());
            bytes.extend([0; 8]);
            let since = |time: u32| uptime - (now - time) * 1_000;
            for word in [
                flow.packets,
                flow.bytes,
                since(flow.first),
                since(flow.last),
            ] {
                bytes.extend(word.to_be_bytes());
            }
            bytes.extend(flow.port.to_be_bytes());
            bytes.extend(443_u16.to_be_bytes());
            bytes.extend([0, 0x1b, 6, 0]);
            bytes.extend([0; 8]);
        }
        bytes
    };
    flows.chunks(30).map(message).collect()
}
