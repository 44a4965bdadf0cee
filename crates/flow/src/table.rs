//! The flow table: sums by key for one interface and one window.
//!
//! Entries are 64 bytes, lie in chunks that never move, and keep the order in which their flows
//! appeared; an index of eight bytes a slot finds them. A million flows take less than 85 MB.
//!
//! With many flows, nearly every packet needs two lines of memory that are in no cache: one of the
//! index, and the entry. Waiting for them one after the other takes most of the time of a meter, so
//! the table adds many packets at once and has the lines of all of them on their way at the same time.

mod index;

use std::hash::{BuildHasher, Hasher};
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::fast::RandomState;

use index::Index;

use crate::observation::{Action, Direction, RejectReason, Tuple};
use crate::record::Flow;

/// Entries in a chunk: one mebibyte.
const CHUNK: usize = 1 << 14;

/// What tells flows of an interface apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    source: u128,
    destination: u128,
    /// Source port, destination port, protocol, and the bits of [`kind`].
    rest: u64,
}

impl Key {
    pub(crate) fn new(
        tuple: &Tuple,
        direction: Direction,
        action: Action,
        reason: Option<RejectReason>,
    ) -> Self {
        let (source, _) = number(tuple.source);
        let (destination, v6) = number(tuple.destination);
        let kind = kind::of(direction, action, reason, v6);
        let ports = u64::from(tuple.source_port) << 32 | u64::from(tuple.destination_port) << 16;
        Self {
            source,
            destination,
            rest: ports | u64::from(tuple.protocol) << 8 | u64::from(kind),
        }
    }

    fn kind(&self) -> u8 {
        self.rest.to_le_bytes()[0]
    }

    fn tuple(&self) -> Tuple {
        let [_, protocol, a, b, c, d, ..] = self.rest.to_le_bytes();
        let v6 = self.kind() & kind::V6 != 0;
        Tuple {
            source: address(self.source, v6),
            destination: address(self.destination, v6),
            source_port: u16::from_le_bytes([c, d]),
            destination_port: u16::from_le_bytes([a, b]),
            protocol,
        }
    }
}

/// Direction, action, reason and family in one byte.
mod kind {
    use super::{Action, Direction, RejectReason};

    const EGRESS: u8 = 1;
    const REJECT: u8 = 2;
    const BLOCK_PUBLIC_ACCESS: u8 = 4;
    const ENCRYPTION_CONTROL: u8 = 8;
    pub(super) const V6: u8 = 16;

    pub(super) fn of(
        direction: Direction,
        action: Action,
        reason: Option<RejectReason>,
        v6: bool,
    ) -> u8 {
        let direction = match direction {
            Direction::Ingress => 0,
            Direction::Egress => EGRESS,
        };
        let action = match action {
            Action::Accept => 0,
            Action::Reject => REJECT,
        };
        let reason = match reason {
            None => 0,
            Some(RejectReason::BlockPublicAccess) => BLOCK_PUBLIC_ACCESS,
            Some(RejectReason::EncryptionControl) => ENCRYPTION_CONTROL,
        };
        direction | action | reason | if v6 { V6 } else { 0 }
    }

    pub(super) fn direction(kind: u8) -> Direction {
        match kind & EGRESS {
            0 => Direction::Ingress,
            _ => Direction::Egress,
        }
    }

    pub(super) fn action(kind: u8) -> Action {
        match kind & REJECT {
            0 => Action::Accept,
            _ => Action::Reject,
        }
    }

    pub(super) fn reason(kind: u8) -> Option<RejectReason> {
        match kind & (BLOCK_PUBLIC_ACCESS | ENCRYPTION_CONTROL) {
            0 => None,
            BLOCK_PUBLIC_ACCESS => Some(RejectReason::BlockPublicAccess),
            _ => Some(RejectReason::EncryptionControl),
        }
    }
}

fn number(address: IpAddr) -> (u128, bool) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), false),
        IpAddr::V6(address) => (address.to_bits(), true),
    }
}

fn address(number: u128, v6: bool) -> IpAddr {
    if v6 {
        return IpAddr::V6(Ipv6Addr::from_bits(number));
    }
    let [.., a, b, c, d] = number.to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(a, b, c, d))
}

/// What is added up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sums {
    pub packets: u64,
    pub bytes: u64,
    /// Value of `tcp-flags`.
    pub tcp_flags: u8,
    /// Microseconds from the beginning of the window to the first and to the last packet. A window
    /// of 600 seconds has less than 2^30 of them.
    pub first: u32,
    pub last: u32,
}

/// Hashes keys. The hash has a secret of its own, because attackers choose addresses and ports.
#[derive(Debug, Default)]
pub(crate) struct KeyHasher(RandomState);

impl KeyHasher {
    #[inline]
    pub(crate) fn hash(&self, key: &Key) -> u32 {
        let mut hasher = self.0.build_hasher();
        hasher.write_u128(key.source);
        hasher.write_u128(key.destination);
        hasher.write_u64(key.rest);
        (hasher.finish() >> 32) as u32
    }
}

/// A table among those of a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TableId {
    /// Beginning of its window, microseconds.
    pub start: i64,
    /// Place of its interface.
    pub place: usize,
}

/// What is to be added to a flow of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addition {
    pub table: TableId,
    key: Key,
    sums: Sums,
    /// Of the key, by one [`KeyHasher`] for all that is ever added to a table.
    hash: u32,
    /// Where the flow may be found, once the index was asked.
    likely: u32,
}

impl Addition {
    #[inline]
    pub(crate) fn new(hasher: &KeyHasher, table: TableId, key: Key, sums: Sums) -> Self {
        Self {
            table,
            key,
            sums,
            hash: hasher.hash(&key),
            likely: NOWHERE,
        }
    }
}

/// No place in a table.
const NOWHERE: u32 = u32::MAX;

/// What became of additions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Added {
    /// Packets that were counted.
    pub counted: u64,
    /// Additions for whose flows there was no room, and their packets.
    pub refused: usize,
    pub overflowed: u64,
    /// Flows that are new.
    pub begun: usize,
}

/// A flow and its sums: one cache line. The flags share a word with the key.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Entry {
    source: u128,
    destination: u128,
    /// As in [`Key`], the flags in the highest byte.
    rest: u64,
    packets: u64,
    bytes: u64,
    first: u32,
    last: u32,
}

/// Where the flags lie in [`Entry::rest`].
const FLAGS_SHIFT: u32 = 56;
const KEY_BITS: u64 = (1 << FLAGS_SHIFT) - 1;

impl Entry {
    fn new(key: &Key, sums: &Sums) -> Self {
        Self {
            source: key.source,
            destination: key.destination,
            rest: key.rest | u64::from(sums.tcp_flags) << FLAGS_SHIFT,
            packets: sums.packets,
            bytes: sums.bytes,
            first: sums.first,
            last: sums.last,
        }
    }

    #[inline]
    fn key(&self) -> Key {
        Key {
            source: self.source,
            destination: self.destination,
            rest: self.rest & KEY_BITS,
        }
    }

    #[inline]
    fn add(&mut self, sums: &Sums) {
        self.rest |= u64::from(sums.tcp_flags) << FLAGS_SHIFT;
        self.packets = self.packets.saturating_add(sums.packets);
        self.bytes = self.bytes.saturating_add(sums.bytes);
        self.first = self.first.min(sums.first);
        self.last = self.last.max(sums.last);
    }

    fn flow(&self) -> Flow {
        let key = self.key();
        Flow {
            direction: kind::direction(key.kind()),
            tuple: key.tuple(),
            action: kind::action(key.kind()),
            reject_reason: kind::reason(key.kind()),
            packets: self.packets,
            bytes: self.bytes,
            tcp_flags: self.rest.to_le_bytes()[7],
        }
    }
}

/// A flow of a table that was emptied.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted {
    pub flow: Flow,
    /// As in [`Sums`].
    pub first: u32,
    pub last: u32,
}

/// The table.
#[derive(Debug, Default)]
pub(crate) struct FlowTable {
    chunks: Vec<Vec<Entry>>,
    index: Index,
}

impl FlowTable {
    /// How many flows there are.
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    /// Adds to flows, of which at most `room` may be new.
    ///
    /// Two of the loops only read, a line of the index or an entry for each addition. None of these
    /// reads waits for another, so that the processor has many of them on their way at once, and the
    /// loop after it finds in its cache what it needs. With 100,000 flows this is three times as fast
    /// as one flow after the other.
    pub(crate) fn add(&mut self, additions: &mut [Addition], room: usize) -> Added {
        for addition in additions.iter() {
            black_box(self.index.first_slot(addition.hash));
        }
        for addition in additions.iter_mut() {
            addition.likely = self.index.find(addition.hash, |_| true).unwrap_or(NOWHERE);
        }
        for addition in additions.iter() {
            let entry = entry(&self.chunks, addition.likely);
            black_box(entry.map_or(0, |entry| entry.rest));
        }
        let mut added = Added::default();
        for addition in additions.iter() {
            self.add_one(addition, room, &mut added);
        }
        added
    }

    #[inline]
    fn add_one(&mut self, addition: &Addition, room: usize, added: &mut Added) {
        let packets = addition.sums.packets;
        let likely = entry_mut(&mut self.chunks, addition.likely);
        if let Some(entry) = likely.filter(|entry| entry.key() == addition.key) {
            entry.add(&addition.sums);
            added.counted = added.counted.saturating_add(packets);
        } else if self.add_elsewhere(addition, added.begun < room, added) {
            added.counted = added.counted.saturating_add(packets);
        } else {
            added.refused += 1;
            added.overflowed = added.overflowed.saturating_add(packets);
        }
    }

    /// Adds to a flow that is not where the index had it: it is new, or another one has its hash.
    /// Returns whether there was room.
    #[inline(never)]
    fn add_elsewhere(&mut self, addition: &Addition, room: bool, added: &mut Added) -> bool {
        let chunks = &mut self.chunks;
        let same = |place| entry(chunks, place).is_some_and(|entry| entry.key() == addition.key);
        let known = self.index.find(addition.hash, same);
        if let Some(entry) = known.and_then(|place| entry_mut(chunks, place)) {
            entry.add(&addition.sums);
            return true;
        }
        let begins = room && self.begin(addition);
        added.begun += usize::from(begins);
        begins
    }

    fn begin(&mut self, addition: &Addition) -> bool {
        if self.index.insert(addition.hash).is_none() {
            return false;
        }
        let entry = Entry::new(&addition.key, &addition.sums);
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(entry),
            Some(_) => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(entry);
                self.chunks.push(chunk);
            }
            // The first chunk grows, since most tables stay small.
            None => self.chunks.push(vec![entry]),
        }
        true
    }

    /// Empties the table in the order of the flows' first packets, and of their appearance where
    /// those are equal. Memory is given back on the way.
    pub(crate) fn into_flows(self) -> impl ExactSizeIterator<Item = Counted> {
        drop(self.index);
        let chunks = self.chunks;
        let firsts = chunks.iter().flatten().map(|entry| entry.first);
        let mut order: Vec<(u32, u32)> = firsts.zip(0..).collect();
        order.sort_unstable();
        order.into_iter().map(move |(_, place)| {
            // Places of the order are those of the entries.
            let (chunk, at) = self::place(place);
            let entry = &chunks[chunk][at];
            Counted {
                flow: entry.flow(),
                first: entry.first,
                last: entry.last,
            }
        })
    }
}

fn place(place: u32) -> (usize, usize) {
    let place = place as usize;
    (place / CHUNK, place % CHUNK)
}

fn entry(chunks: &[Vec<Entry>], at: u32) -> Option<&Entry> {
    let (chunk, at) = place(at);
    chunks.get(chunk)?.get(at)
}

fn entry_mut(chunks: &mut [Vec<Entry>], at: u32) -> Option<&mut Entry> {
    let (chunk, at) = place(at);
    chunks.get_mut(chunk)?.get_mut(at)
}

#[cfg(test)]
mod tests;
