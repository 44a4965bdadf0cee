//! What rules are told of a packet.

use super::{Frame, Packet, decode_ip, protocol};
use crate::inventory::InterfaceKey;
use crate::judge::{IcmpMessage, Question};
use crate::observation::{Direction, Tuple};

/// Bytes of an ICMP header of either family; what an error is about follows.
const ICMP_HEADER: usize = 8;
/// Bytes of the quote that are looked at: room for IPv6, some extension headers and TCP.
const QUOTE: usize = 128;

impl Packet<'_> {
    /// The question to a judge about this packet, seen `at` (microseconds since the epoch).
    pub fn question(&self, interface: InterfaceKey, direction: Direction, at: i64) -> Question {
        let later = self.fragment.is_some_and(|fragment| !fragment.first);
        let ports = self.tuple.source_port != 0 || self.tuple.destination_port != 0;
        Question {
            interface,
            direction,
            tuple: self.tuple,
            tcp_flags: self.tcp_flags,
            payload: self.payload(),
            icmp: self.icmp(),
            portless: later && !ports,
            at,
        }
    }

    /// Bytes after the transport header.
    pub fn payload(&self) -> u32 {
        let header = match self.tuple.protocol {
            _ if self.transport.is_empty() => 0,
            protocol::TCP => self
                .transport
                .get(12)
                .map_or(20, |offset| u32::from(offset >> 4) * 4),
            protocol::UDP | protocol::UDP_LITE | protocol::ICMP | protocol::ICMP_V6 => 8,
            protocol::SCTP | protocol::DCCP => 12,
            _ => 0,
        };
        self.transport_length.saturating_sub(header)
    }

    /// The ICMP message of either family, unless it was cut before its type.
    fn icmp(&self) -> Option<IcmpMessage> {
        let [kind, code, ..] = *self.transport else {
            return None;
        };
        let v6 = match self.tuple.protocol {
            protocol::ICMP => false,
            protocol::ICMP_V6 => true,
            _ => return None,
        };
        let echo = if v6 {
            matches!(kind, 128 | 129)
        } else {
            matches!(kind, 0 | 8)
        };
        let id = match self.transport.get(4..6) {
            Some([high, low]) if echo => u16::from_be_bytes([*high, *low]),
            _ => 0,
        };
        let error = if v6 {
            kind < 128
        } else {
            matches!(kind, 3 | 4 | 5 | 11 | 12)
        };
        let quoted = error.then(|| self.quoted()).flatten();
        Some(IcmpMessage {
            kind,
            code,
            id: quoted.map_or(id, |(_, id)| id),
            about: quoted.map(|(tuple, _)| tuple),
        })
    }

    /// The packet that an ICMP error quotes. Quotes may end behind the ports; zeros in place of what
    /// is missing let them be decoded like a whole packet. With its identifier, if it is an echo.
    fn quoted(&self) -> Option<(Tuple, u16)> {
        let quote = self.transport.get(ICMP_HEADER..)?;
        let mut bytes = [0; QUOTE];
        let kept = quote.len().min(QUOTE);
        bytes[..kept].copy_from_slice(&quote[..kept]);
        match decode_ip(&bytes, usize::MAX) {
            Frame::Ip(packet) => {
                // A quote within a quote ends after a few levels, when its bytes are used up.
                let id = packet.icmp().map_or(0, |message| message.id);
                Some((packet.tuple, id))
            }
            _ => None,
        }
    }
}
