//! Joins what a ring saw with what the firewall refused (flow log spec 8.6, mode 2).
//!
//! The ring sees a packet before the firewall judges it, and the two clocks differ. So packets are held
//! back for a moment, and found again by what is in them.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::RandomState;

use crate::inventory::InterfaceKey;
use crate::observation::{Action, Observation};
use crate::packet::{Packet, protocol};

/// How long a packet waits for its refusal, microseconds.
const HOLD: i64 = 250_000;
/// How long a refusal waits for its packet. Longer than packets wait: the refusal may come first.
const PATIENCE: i64 = 2_000_000;
/// Most packets that are held, a second and more of the fastest traffic: 200 MB. As many refusals wait at
/// most, in 50 MB.
const CAPACITY: usize = 1 << 20;

/// Held packets and unmatched refusals.
#[derive(Debug)]
pub struct Join {
    capacity: usize,
    held: VecDeque<(u64, Observation)>,
    refusals: HashMap<u64, Refusal, RandomState>,
    /// Hashes of refusals by the time at which they came.
    order: VecDeque<(i64, u64)>,
    /// Packets that came in fragments: the content that their first fragment shows.
    wholes: HashMap<u64, u64, RandomState>,
    /// Hashes of fragments by the time at which their first one came.
    whole_order: VecDeque<(i64, u64)>,
    hasher: RandomState,
}

#[derive(Debug, Clone, Copy, Default)]
struct Refusal {
    /// How many packets like this were refused and not found yet.
    count: u32,
    /// How many refusals of them are not forgotten yet, found or not.
    remembered: u32,
    /// All fragments of a packet were refused, however many there are.
    all: bool,
}

impl Default for Join {
    fn default() -> Self {
        Self::new(CAPACITY)
    }
}

impl Join {
    /// Room for so many packets, and as many refusals.
    fn new(capacity: usize) -> Self {
        Self {
            capacity,
            held: VecDeque::new(),
            refusals: HashMap::default(),
            order: VecDeque::new(),
            wholes: HashMap::default(),
            whole_order: VecDeque::new(),
            hasher: RandomState::default(),
        }
    }

    /// What a packet is found by: addresses, ports and transport header, without what routers, cards
    /// and fragments change. A whole packet has it, and the first of its fragments.
    pub fn content(&self, interface: InterfaceKey, packet: &Packet<'_>) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        (interface, packet.tuple).hash(&mut hasher);
        // Without its checksum: TCP 16, UDP 6, ICMP 2.
        let (end, checksum) = match packet.tuple.protocol {
            protocol::TCP => (16, 16),
            protocol::UDP | protocol::UDP_LITE => (8, 6),
            protocol::ICMP | protocol::ICMP_V6 => (8, 2),
            _ => (8, 8),
        };
        for (place, byte) in packet.transport.iter().take(end).enumerate() {
            if place != checksum && place != checksum + 1 {
                hasher.write_u8(*byte);
            }
        }
        hasher.finish()
    }

    /// What the fragments of a packet are found by.
    fn fragments(&self, interface: InterfaceKey, packet: &Packet<'_>, id: u32) -> u64 {
        let tuple = packet.tuple;
        self.hasher
            .hash_one((interface, tuple.source, tuple.destination, id))
    }

    /// Holds a packet back that the ring saw. Returns false when there is no room, and its verdict stays
    /// unknown.
    pub fn hold(&mut self, packet: &Packet<'_>, observation: Observation) -> bool {
        if self.held.len() >= self.capacity {
            return false;
        }
        let interface = observation.interface;
        let identity = match packet.fragment {
            None => self.content(interface, packet),
            Some(fragment) => {
                let identity = self.fragments(interface, packet, fragment.id);
                if fragment.first {
                    // Without it nobody could tell what became of the other fragments.
                    if self.whole_order.len() >= self.capacity {
                        return false;
                    }
                    let content = self.content(interface, packet);
                    self.wholes.insert(identity, content);
                    self.whole_order.push_back((observation.last, identity));
                }
                identity
            }
        };
        self.held.push_back((identity, observation));
        true
    }

    /// Notes that the firewall refused a packet of this content. It sees fragments put together. Returns
    /// false when there is no room, and the packet will be taken for an accepted one.
    #[must_use]
    pub fn refuse(&mut self, content: u64, at: i64) -> bool {
        if self.order.len() >= self.capacity {
            return false;
        }
        self.remember(content, at).count += 1;
        true
    }

    fn remember(&mut self, identity: u64, at: i64) -> &mut Refusal {
        self.order.push_back((at, identity));
        let refusal = self.refusals.entry(identity).or_default();
        refusal.remembered += 1;
        refusal
    }

    /// When the oldest packet that is held came, microseconds since the epoch.
    pub fn oldest(&self) -> Option<i64> {
        self.held.front().map(|(_, observation)| observation.last)
    }

    /// Gives what has waited long enough, when all refusals until `now` are known.
    pub fn release(&mut self, now: i64, mut each: impl FnMut(Observation)) {
        while let Some((identity, observation)) = self.held.front().copied() {
            if observation.last > now - HOLD {
                break;
            }
            self.held.pop_front();
            let action = self.verdict(identity, now);
            each(Observation {
                action,
                ..observation
            });
        }
        while let Some((at, identity)) = self.order.front().copied() {
            if at > now - PATIENCE {
                break;
            }
            self.order.pop_front();
            self.forget(identity);
        }
        while let Some((at, identity)) = self.whole_order.front().copied() {
            if at > now - PATIENCE {
                break;
            }
            self.whole_order.pop_front();
            self.wholes.remove(&identity);
        }
    }

    /// How long packets wait at most, microseconds.
    pub fn delay(&self) -> i64 {
        HOLD
    }

    fn verdict(&mut self, identity: u64, now: i64) -> Action {
        if self.refusals.is_empty() {
            return Action::Accept;
        }
        let all = self.refusals.get(&identity).is_some_and(|one| one.all);
        if all || self.take(identity) {
            return Action::Reject;
        }
        // The first fragment that is asked for speaks for all.
        match self.wholes.remove(&identity) {
            Some(content) if self.take(content) => {
                // One for each whole packet at most, and so as many as those.
                self.remember(identity, now).all = true;
                Action::Reject
            }
            _ => Action::Accept,
        }
    }

    /// Whether a packet of this content was refused, and not found yet.
    fn take(&mut self, content: u64) -> bool {
        match self.refusals.get_mut(&content) {
            Some(refusal) if refusal.count > 0 => {
                refusal.count -= 1;
                true
            }
            _ => false,
        }
    }

    /// Forgets the oldest refusal of an identity. Later ones may still be found.
    fn forget(&mut self, identity: u64) {
        let Entry::Occupied(mut known) = self.refusals.entry(identity) else {
            return;
        };
        let refusal = known.get_mut();
        refusal.remembered -= 1;
        refusal.count = refusal.count.min(refusal.remembered);
        if refusal.remembered == 0 {
            known.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{Direction, Tuple};
    use crate::packet::Fragment;

    fn packet(port: u16, transport: &[u8]) -> Packet<'_> {
        Packet {
            tuple: Tuple {
                source: [192, 0, 2, 1].into(),
                destination: [10, 0, 0, 5].into(),
                source_port: port,
                destination_port: 22,
                protocol: 6,
            },
            tcp_flags: 2,
            bytes: 60,
            fragment: None,
            seen: None,
            transport,
            transport_length: 40,
        }
    }

    fn observation(packet: &Packet<'_>, at: i64) -> Observation {
        Observation {
            interface: InterfaceKey(0),
            direction: Direction::Ingress,
            tuple: packet.tuple,
            action: Action::Accept,
            reject_reason: None,
            tcp_flags: packet.tcp_flags,
            packets: 1,
            bytes: 60,
            first: at,
            last: at,
        }
    }

    fn released(join: &mut Join, now: i64) -> Vec<(u16, Action)> {
        let mut out = Vec::new();
        join.release(now, |one| out.push((one.tuple.source_port, one.action)));
        out
    }

    #[test]
    fn a_refusal_finds_its_packet_once() {
        let mut join = Join::default();
        let key = InterfaceKey(0);
        let header = [7; 20];
        let first = packet(1000, &header);
        let other = packet(1001, &header);
        for at in [0, 10, 20] {
            assert!(join.hold(&first, observation(&first, at)));
        }
        assert!(join.hold(&other, observation(&other, 30)));
        // Twice refused; a card has filled in the checksum meanwhile.
        let mut changed = header;
        changed[16] = 99;
        let changed = packet(1000, &changed);
        for _ in 0..2 {
            let content = join.content(key, &changed);
            assert!(join.refuse(content, 50));
        }
        assert_eq!(released(&mut join, HOLD - 1), []);
        assert_eq!(
            released(&mut join, HOLD + 30),
            [
                (1000, Action::Reject),
                (1000, Action::Reject),
                (1000, Action::Accept),
                (1001, Action::Accept)
            ]
        );
        let mut next = header;
        next[4] = 8;
        let next = packet(1000, &next);
        assert_ne!(join.content(key, &next), join.content(key, &first));
    }

    #[test]
    fn refusals_are_forgotten() {
        let mut join = Join::default();
        let header = [7; 20];
        let packet = packet(1000, &header);
        let content = join.content(InterfaceKey(0), &packet);
        assert!(join.refuse(content, 0) && join.refuse(content, 1_000_000));
        assert_eq!(released(&mut join, PATIENCE), []);
        assert_eq!(join.refusals.len(), 1);
        assert_eq!(released(&mut join, PATIENCE + 1_000_000), []);
        assert!(join.refusals.is_empty() && join.order.is_empty());
    }

    /// However many others come between, a refusal waits for its packet until its time is over, and no
    /// longer.
    #[test]
    fn a_flood_does_not_displace_refusals() {
        let mut join = Join::default();
        let key = InterfaceKey(0);
        let header = [7; 20];
        let wanted = packet(1000, &header);
        let content = join.content(key, &wanted);
        assert!(join.refuse(content, 0));
        for port in 2000..2200 {
            let other = join.content(key, &packet(port, &header));
            assert!(join.refuse(other, 10));
        }
        assert!(join.refuse(content, 20));
        // The first has waited long enough, and the second has not.
        assert_eq!(released(&mut join, PATIENCE + 5), []);
        for at in [PATIENCE, PATIENCE + 1] {
            assert!(join.hold(&wanted, observation(&wanted, at)));
        }
        assert_eq!(
            released(&mut join, PATIENCE + 5 + HOLD),
            [(1000, Action::Reject), (1000, Action::Accept)]
        );
        assert!(join.refusals.is_empty() && join.order.is_empty());
    }

    #[test]
    fn what_has_no_room_is_told() {
        let mut join = Join::new(2);
        let header = [7; 20];
        let packet = packet(1000, &header);
        let content = join.content(InterfaceKey(0), &packet);
        assert_eq!(
            [0, 1, 2].map(|at| join.refuse(content, at)),
            [true, true, false]
        );
        let held = [0, 1, 2].map(|at| join.hold(&packet, observation(&packet, at)));
        assert_eq!(held, [true, true, false]);
        assert_eq!(join.oldest(), Some(0));
        assert_eq!(released(&mut join, HOLD + 2), [(1000, Action::Reject); 2]);
        assert_eq!(released(&mut join, PATIENCE + 2), []);
        assert!(join.refuse(content, 3));
    }

    /// Fragments of two packets of one flow, of which the second is refused as a whole. Whatever comes
    /// first, the log or the ring.
    #[test]
    fn fragments_share_the_verdict_of_their_packet() {
        for log_first in [true, false] {
            let mut join = Join::default();
            let key = InterfaceKey(0);
            let header = |length: u8| [156, 64, 0, 22, 0, length, 0, 0];
            let (passed, refused) = (header(100), header(200));
            let datagram = |transport| {
                let mut packet = packet(1000, transport);
                packet.tuple.protocol = 17;
                packet
            };
            let content = join.content(key, &datagram(&refused));
            if log_first {
                assert!(join.refuse(content, 0));
            }
            for (id, header) in [(1, &passed), (2, &refused)] {
                for first in [false, true, false] {
                    let mut packet = datagram(if first { header } else { &[7; 8] });
                    packet.fragment = Some(Fragment { id, first });
                    if !first {
                        // Before the first fragment its ports are unknown.
                        packet.tuple.source_port = 0;
                    }
                    assert!(join.hold(&packet, observation(&packet, i64::from(id))));
                }
            }
            if !log_first {
                assert!(join.refuse(content, 10));
            }
            let actions = released(&mut join, HOLD + 20).into_iter().map(|one| one.1);
            let expected = [[Action::Accept; 3], [Action::Reject; 3]].concat();
            assert_eq!(actions.collect::<Vec<_>>(), expected);
            assert_eq!(released(&mut join, 2 * PATIENCE), []);
            assert!(join.wholes.is_empty() && join.whole_order.is_empty());
        }
    }
}
