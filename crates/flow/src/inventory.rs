//! The interfaces whose traffic is recorded, and what is known of them and of the networks around
//! besides their packets.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use flowgauge_format::flow_fields::{FieldId, by_id};
use ipnet::Ipv4Net;

use crate::prefix_table::PrefixTable;
use crate::service_ranges::ServiceRanges;

/// An interface by its place in the [`Inventory`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InterfaceKey(pub u32);

/// One network interface.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interface {
    /// Name of the device in its namespace: `eth0`. Empty when there is none, as for capture files.
    pub device: String,
    /// Network namespace, if it is not the one of the process.
    pub namespace: Option<String>,
    /// The primary private IPv4 address, which stands for all others in `srcaddr` and `dstaddr`
    /// (flow log spec 1.3).
    pub primary: Option<Ipv4Addr>,
    /// All addresses of the interface, the primary included.
    pub addresses: Vec<IpAddr>,
    /// Its subnet; the router is the first and the resolver the second address after its base
    /// (flow log spec 1.9).
    pub subnet: Option<Ipv4Net>,
    /// `traffic-path` of destinations: 1 to 8. Destinations without a route follow the default rule
    /// of flow log spec 1.5.
    pub routes: PrefixTable<u8>,
    /// Fields that are the same in all its records: `interface-id`, `account-id`, `vpc-id`, tags,
    /// services. Values are as they are; writers encode tags. A field that is absent prints `-`.
    pub fields: BTreeMap<FieldId, String>,
}

impl Interface {
    /// The value of a static field by its id: `subnet-id`.
    pub fn field(&self, id: &str) -> Option<&str> {
        self.fields.get(&by_id(id)?).map(String::as_str)
    }

    /// Whether an address is one of the interface's own.
    pub fn owns(&self, address: IpAddr) -> bool {
        self.primary.map(IpAddr::V4) == Some(address) || self.addresses.contains(&address)
    }
}

/// All interfaces in the order of their keys, and the networks around them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inventory {
    interfaces: Vec<Interface>,
    owners: HashMap<IpAddr, InterfaceKey>,
    /// Id of the VPC that has an address block.
    pub vpcs: PrefixTable<Arc<str>>,
    /// Address ranges of public services.
    pub services: ServiceRanges,
}

impl Inventory {
    /// The interface of a key; `None` for a key of another inventory.
    pub fn get(&self, key: InterfaceKey) -> Option<&Interface> {
        self.interfaces.get(usize::try_from(key.0).ok()?)
    }

    /// The interfaces with their keys.
    pub fn interfaces(&self) -> impl Iterator<Item = (InterfaceKey, &Interface)> {
        (0u32..)
            .zip(&self.interfaces)
            .map(|(key, interface)| (InterfaceKey(key), interface))
    }

    /// How many interfaces there are.
    pub fn len(&self) -> usize {
        self.interfaces.len()
    }

    /// Whether there is no interface.
    pub fn is_empty(&self) -> bool {
        self.interfaces.is_empty()
    }

    /// Adds an interface and gives its key. Keys never change and are never reused.
    pub fn add(&mut self, interface: Interface) -> InterfaceKey {
        let key = InterfaceKey(u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX));
        own(&mut self.owners, key, &interface);
        self.interfaces.push(interface);
        key
    }

    /// Replaces what is known of an interface, for example after its addresses changed. A key of
    /// another inventory changes nothing.
    pub fn replace(&mut self, key: InterfaceKey, interface: Interface) {
        let Some(place) = usize::try_from(key.0)
            .ok()
            .filter(|place| *place < self.interfaces.len())
        else {
            return;
        };
        self.interfaces[place] = interface;
        self.owners.clear();
        for (key, interface) in (0u32..).map(InterfaceKey).zip(&self.interfaces) {
            own(&mut self.owners, key, interface);
        }
    }

    /// The interface that has an address; of several, the one that was added first.
    pub fn owner(&self, address: IpAddr) -> Option<InterfaceKey> {
        self.owners.get(&address).copied()
    }
}

fn own(owners: &mut HashMap<IpAddr, InterfaceKey>, key: InterfaceKey, interface: &Interface) {
    let primary = interface.primary.map(IpAddr::V4);
    for address in primary.iter().chain(&interface.addresses) {
        owners.entry(*address).or_insert(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(addresses: &[&str]) -> Interface {
        let parse = |text: &&str| text.parse().expect("address");
        Interface {
            addresses: addresses.iter().map(parse).collect(),
            ..Interface::default()
        }
    }

    #[test]
    fn addresses_find_their_interface() {
        let address = |text: &str| text.parse::<IpAddr>().expect("address");
        let mut inventory = Inventory::default();
        let first = inventory.add(interface(&["10.0.0.1", "10.0.0.2"]));
        let second = inventory.add(interface(&["10.0.0.2", "2001:db8::1"]));
        assert_eq!(inventory.owner(address("10.0.0.2")), Some(first));
        assert_eq!(inventory.owner(address("2001:db8::1")), Some(second));
        inventory.replace(first, interface(&["10.0.0.1"]));
        assert_eq!(inventory.owner(address("10.0.0.2")), Some(second));
        inventory.replace(second, interface(&["10.0.0.9"]));
        assert_eq!(inventory.owner(address("2001:db8::1")), None);
        assert_eq!(inventory.owner(address("10.0.0.9")), Some(second));
        inventory.replace(InterfaceKey(7), interface(&["10.0.0.8"]));
        assert_eq!(inventory.owner(address("10.0.0.8")), None);
        assert_eq!(inventory.interfaces().count(), 2);
    }
}
