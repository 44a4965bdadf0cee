//! Gives later fragments the ports of their first one (flow log spec 1.8).

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use super::Packet;

/// Packets that are remembered.
const CAPACITY: usize = 10_000;
/// For how long, in microseconds.
const LIFETIME: u64 = 30_000_000;

/// Remembers the first fragments of the last 30 seconds, 10,000 at most; older ones give way. A later
/// fragment without a remembered first one keeps port 0.
#[derive(Debug, Default)]
pub struct FragmentCache {
    known: HashMap<Key, Known>,
    /// Keys in the order in which they came; one that came again stands here twice.
    order: VecDeque<(Key, i64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    source: IpAddr,
    destination: IpAddr,
    id: u32,
    /// IPv4 counts ids per protocol. In IPv6 the later fragments may not know the protocol.
    protocol: u8,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    at: i64,
    protocol: u8,
    source_port: u16,
    destination_port: u16,
}

impl FragmentCache {
    /// Remembers a first fragment, completes a later one, and leaves other packets alone. `at` is in
    /// microseconds.
    #[inline]
    pub fn resolve(&mut self, packet: &mut Packet<'_>, at: i64) {
        if packet.fragment.is_some() {
            self.resolve_fragment(packet, at);
        }
    }

    /// [`FragmentCache::resolve`] for a packet that need not be in memory.
    #[inline(always)]
    pub(crate) fn resolved<'p>(&mut self, packet: Packet<'p>, at: i64) -> Packet<'p> {
        if packet.fragment.is_none() {
            return packet;
        }
        let mut copy = packet;
        self.resolve_fragment(&mut copy, at);
        copy
    }

    #[cold]
    fn resolve_fragment(&mut self, packet: &mut Packet<'_>, at: i64) {
        let Some(fragment) = packet.fragment else {
            return;
        };
        let tuple = &mut packet.tuple;
        let key = Key {
            source: tuple.source,
            destination: tuple.destination,
            id: fragment.id,
            protocol: match tuple.source {
                IpAddr::V4(_) => tuple.protocol,
                IpAddr::V6(_) => 0,
            },
        };
        if fragment.first {
            let known = Known {
                at,
                protocol: tuple.protocol,
                source_port: tuple.source_port,
                destination_port: tuple.destination_port,
            };
            self.remember(key, known);
        } else if let Some(known) = self.known.get(&key)
            && at.abs_diff(known.at) <= LIFETIME
        {
            tuple.protocol = known.protocol;
            tuple.source_port = known.source_port;
            tuple.destination_port = known.destination_port;
        }
    }

    fn remember(&mut self, key: Key, known: Known) {
        while let Some((oldest, at)) = self.order.front().copied()
            && (self.order.len() >= CAPACITY || known.at.abs_diff(at) > LIFETIME)
        {
            self.order.pop_front();
            if self.known.get(&oldest).is_some_and(|known| known.at == at) {
                self.known.remove(&oldest);
            }
        }
        self.order.push_back((key, known.at));
        self.known.insert(key, known);
    }
}
