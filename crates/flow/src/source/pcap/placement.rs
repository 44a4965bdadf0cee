//! Which interface a captured packet crossed, and which way.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use crate::inventory::{Interface, InterfaceKey, Inventory};
use crate::observation::Direction;

/// Addresses that are compared one by one.
const FEW: usize = 4;

/// Where the packets of a captured device belong.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// To one interface.
    Fixed(InterfaceKey, Own),
    /// To the interfaces that have the packet's addresses: a capture between several.
    ByAddress,
}

/// Knows the interfaces of the inventory by device and by address.
#[derive(Debug, Clone, Default)]
pub(super) struct Placement {
    devices: HashMap<String, (InterfaceKey, Own)>,
    only: Option<(InterfaceKey, Own)>,
    owners: HashMap<IpAddr, InterfaceKey, RandomState>,
}

impl Placement {
    pub(super) fn new(inventory: &Inventory) -> Self {
        let mut placement = Self::default();
        for (key, interface) in inventory.iter() {
            let own = Own::new(interface);
            for address in own.addresses() {
                placement.owners.entry(address).or_insert(key);
            }
            if inventory.len() == 1 {
                placement.only = Some((key, own.clone()));
            }
            if !interface.device.is_empty() {
                let device = interface.device.clone();
                placement.devices.entry(device).or_insert((key, own));
            }
        }
        placement
    }

    /// Where packets belong that were captured at a device, whose name may be unknown: to the interface
    /// of that device, to the only interface, or to those that have their addresses.
    pub(super) fn of_capture(&self, device: &str) -> Place {
        match self.devices.get(device).or(self.only.as_ref()) {
            Some((key, own)) => Place::Fixed(*key, own.clone()),
            None => Place::ByAddress,
        }
    }

    /// The interface that has an address; of several, the first in the inventory.
    #[inline]
    pub(super) fn owner(&self, address: IpAddr) -> Option<InterfaceKey> {
        self.owners.get(&address).copied()
    }
}

/// The addresses of an interface.
#[derive(Debug, Clone)]
pub(super) enum Own {
    Few(Vec<IpAddr>),
    Many(HashSet<IpAddr, RandomState>),
}

impl Own {
    fn new(interface: &Interface) -> Self {
        let primary = interface.primary.map(IpAddr::V4);
        let all = primary
            .into_iter()
            .chain(interface.addresses.iter().copied());
        let all: HashSet<IpAddr, RandomState> = all.collect();
        if all.len() <= FEW {
            Self::Few(all.into_iter().collect())
        } else {
            Self::Many(all)
        }
    }

    fn addresses(&self) -> Vec<IpAddr> {
        match self {
            Self::Few(addresses) => addresses.clone(),
            Self::Many(addresses) => addresses.iter().copied().collect(),
        }
    }

    #[inline(always)]
    #[expect(
        clippy::manual_contains,
        reason = "`contains` is a call that takes longer than the comparison"
    )]
    fn has(&self, address: IpAddr) -> bool {
        match self {
            Self::Few(addresses) => addresses.iter().any(|own| *own == address),
            Self::Many(addresses) => addresses.contains(&address),
        }
    }

    /// The direction of a packet. An own address at exactly one end decides; otherwise (forwarded
    /// traffic, or an interface that talks to itself) what the capture says. Without that, a packet
    /// between own addresses was sent, one to a group arrived, and `None` means that nothing tells.
    #[inline(always)]
    pub(super) fn direction(
        &self,
        source: IpAddr,
        destination: IpAddr,
        seen: Option<Direction>,
    ) -> Option<Direction> {
        match (self.has(source), self.has(destination)) {
            (true, false) => Some(Direction::Egress),
            (false, true) => Some(Direction::Ingress),
            (true, true) => seen.or(Some(Direction::Egress)),
            (false, false) if is_group(destination) => seen.or(Some(Direction::Ingress)),
            (false, false) => seen,
        }
    }
}

fn is_group(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_multicast() || address.is_broadcast(),
        IpAddr::V6(address) => address.is_multicast(),
    }
}
