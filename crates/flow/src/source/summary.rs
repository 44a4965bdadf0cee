//! What other meters say of a flow, and how it becomes observations.
//!
//! A meter of another make adds up a flow over its own time, which knows nothing of our windows. The
//! observation spans that time, and our meter spreads it over the windows that it crosses. What
//! would fall into a window that has been closed already counts from the oldest open one on, and is
//! never dropped.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::inventory::{InterfaceKey, Inventory};
use crate::observation::{Action, Direction, Observation, Tuple};

/// Microseconds in a second.
pub(super) const SECOND: i64 = 1_000_000;

const SYN_ACK: u8 = 2 | 16;
const ACK: u8 = 16;

/// One flow in one direction, as a meter reported it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Whose packets they are.
    pub tuple: Tuple,
    /// Which way they went, where the meter says so.
    pub direction: Option<Direction>,
    /// Whether they were let through.
    pub action: Action,
    /// TCP flags of all packets, OR-ed.
    pub tcp_flags: u8,
    /// Packets.
    pub packets: u64,
    /// Bytes of the network layer.
    pub bytes: u64,
    /// First packet, microseconds since the epoch.
    pub first: i64,
    /// Last packet, microseconds since the epoch.
    pub last: i64,
}

/// Whether a transport has ports. Meters put the type and code of ICMP into the port fields, which
/// flow logs do not record (flow log spec 1.8).
pub(super) fn has_ports(protocol: u8) -> bool {
    // TCP, UDP, DCCP, SCTP, UDP-Lite.
    matches!(protocol, 6 | 17 | 33 | 132 | 136)
}

/// Which interface saw a flow, by the addresses of the inventory.
#[derive(Debug, Clone)]
pub struct Owners {
    by_address: HashMap<IpAddr, InterfaceKey>,
    /// Whose the flows between strangers are: of the only interface, when there is one only.
    only: Option<InterfaceKey>,
}

impl Owners {
    /// The owners of an inventory. Where it has one interface, all flows belong to it; where it has
    /// several, flows between addresses of none belong to nobody.
    pub fn of(inventory: &Inventory) -> Owners {
        let mut by_address = HashMap::new();
        for (key, interface) in inventory.iter() {
            for address in &interface.addresses {
                by_address.entry(*address).or_insert(key);
            }
        }
        Owners {
            by_address,
            only: (inventory.len() == 1).then_some(InterfaceKey(0)),
        }
    }

    /// The interfaces that saw a flow, each with the direction in which it did: the owner of the
    /// source sent it, the owner of the destination received it.
    pub fn seen(
        &self,
        tuple: &Tuple,
        direction: Option<Direction>,
    ) -> impl Iterator<Item = (InterfaceKey, Direction)> + use<> {
        let owner = |address| self.by_address.get(address).copied();
        let sender = owner(&tuple.source).map(|key| (key, Direction::Egress));
        let receiver = owner(&tuple.destination).map(|key| (key, Direction::Ingress));
        let stranger = match (sender, receiver) {
            (None, None) => self.only,
            _ => None,
        };
        let stranger = stranger.map(|key| (key, direction.unwrap_or(Direction::Ingress)));
        sender.into_iter().chain(receiver).chain(stranger)
    }
}

/// Turns summaries into observations in windows that are still open.
#[derive(Debug, Clone)]
pub struct Placer {
    owners: Owners,
    /// Length of a window, microseconds.
    interval: i64,
    /// How long a window waits for what is reported late, microseconds.
    patience: i64,
    /// The begin of the oldest window that is still open.
    open_from: Option<i64>,
}

impl Placer {
    /// For windows of `interval` seconds that wait `patience` seconds for late reports.
    pub fn new(inventory: &Inventory, interval: i64, patience: i64) -> Placer {
        Placer {
            owners: Owners::of(inventory),
            interval: interval.max(1) * SECOND,
            patience: patience.max(0) * SECOND,
            open_from: None,
        }
    }

    /// The interfaces.
    pub fn owners(&self) -> &Owners {
        &self.owners
    }

    /// Notes that reports have come as far as `now`, microseconds since the epoch.
    pub fn advance(&mut self, now: i64) {
        let begin = align(now.saturating_sub(self.patience), self.interval);
        self.open_from = Some(self.open_from.map_or(begin, |open| open.max(begin)));
    }

    /// No later observation begins before this time; `None` before the first report.
    pub fn watermark(&self) -> Option<i64> {
        self.open_from
    }

    /// The time itself, or the begin of the oldest open window when that is later.
    pub fn open(&self, time: i64) -> i64 {
        self.open_from.map_or(time, |open| open.max(time))
    }

    /// Appends the observations of a summary that was reported at `now`, microseconds since the
    /// epoch. Returns whether an interface saw the flow.
    pub fn place(&self, summary: &Summary, now: i64, observations: &mut Vec<Observation>) -> bool {
        // A clock that runs ahead must not reserve windows of the future.
        let last = self.open(summary.last.min(now));
        let first = self.open(summary.first).min(last);
        let before = observations.len();
        let seen = self.owners.seen(&summary.tuple, summary.direction);
        observations.extend(seen.map(|(interface, direction)| Observation {
            interface,
            direction,
            tuple: summary.tuple,
            action: summary.action,
            reject_reason: None,
            tcp_flags: one_packet_flags(summary),
            packets: summary.packets,
            bytes: summary.bytes,
            first,
            last,
        }));
        observations.len() > before
    }
}

/// The flags as the meter of this crate wants them: SYN and ACK together only for a SYN-ACK. Both
/// sides of a connection report SYN and ACK in the sum of their packets; the one that answered is
/// taken to be the one with the lower port.
fn one_packet_flags(summary: &Summary) -> u8 {
    let Tuple {
        source_port,
        destination_port,
        protocol,
        ..
    } = summary.tuple;
    if protocol != 6 {
        return 0;
    }
    let both = summary.tcp_flags & SYN_ACK == SYN_ACK;
    if both && source_port >= destination_port {
        summary.tcp_flags & !ACK
    } else {
        summary.tcp_flags
    }
}

/// The begin of the window that holds a time.
pub(super) fn align(time: i64, interval: i64) -> i64 {
    time.div_euclid(interval).saturating_mul(interval)
}

#[cfg(test)]
mod tests;
