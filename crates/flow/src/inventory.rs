//! The interfaces whose traffic is recorded, and what is known of them besides their packets.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr};

use flowgauge_format::flow_fields::{self, FieldId};

mod file;
mod generated;
pub mod networks;
pub mod prefixes;
#[cfg(test)]
pub(crate) mod sample;

pub use generated::{Device, Ids};
pub use networks::{Networks, Route, Subnet, Vpc};
pub use prefixes::Prefixes;

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
    /// Ids of the security groups that it is in.
    pub groups: Vec<String>,
    /// Fields that are the same in all its records: `interface-id`, `account-id`, `vpc-id`, tags,
    /// services. A field that is absent prints `-`.
    pub fields: BTreeMap<FieldId, String>,
}

impl Interface {
    /// The value of a field by its id, such as `subnet-id`.
    pub fn field(&self, id: &str) -> Option<&str> {
        self.fields
            .get(&flow_fields::by_id(id)?)
            .map(String::as_str)
    }

    /// How messages name the interface: its id, or its namespace and device.
    pub fn name(&self) -> String {
        match (self.field("interface-id"), &self.namespace) {
            (Some(id), _) => id.to_owned(),
            (None, Some(namespace)) => format!("{namespace}/{}", self.device),
            (None, None) => self.device.clone(),
        }
    }
}

/// All interfaces, in the order of their keys, and the networks around them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inventory {
    interfaces: Vec<Interface>,
    /// Who has an address. The same address may exist in several VPCs.
    holders: HashMap<IpAddr, Vec<InterfaceKey>>,
    /// VPCs, subnets, paths and services.
    pub networks: Networks,
}

impl Inventory {
    /// The interface of a key; `None` for a key of another inventory.
    pub fn get(&self, key: InterfaceKey) -> Option<&Interface> {
        self.interfaces.get(usize::try_from(key.0).ok()?)
    }

    /// The interfaces with their keys, in order.
    pub fn iter(&self) -> impl Iterator<Item = (InterfaceKey, &Interface)> {
        (0..).map(InterfaceKey).zip(&self.interfaces)
    }

    /// How many interfaces there are.
    pub fn len(&self) -> usize {
        self.interfaces.len()
    }

    /// Whether there is no interface.
    pub fn is_empty(&self) -> bool {
        self.interfaces.is_empty()
    }

    /// Adds an interface and gives its key.
    pub fn add(&mut self, interface: Interface) -> InterfaceKey {
        let key = InterfaceKey(u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX));
        for address in interface.addresses.iter().copied() {
            self.holders.entry(address).or_default().push(key);
        }
        self.interfaces.push(interface);
        key
    }

    /// Replaces what is known of an interface. A key of another inventory changes nothing.
    pub fn replace(&mut self, key: InterfaceKey, interface: Interface) {
        let place = usize::try_from(key.0).ok();
        let Some(known) = place.and_then(|place| self.interfaces.get_mut(place)) else {
            return;
        };
        for address in &known.addresses {
            if let Some(holders) = self.holders.get_mut(address) {
                holders.retain(|holder| *holder != key);
            }
        }
        for address in interface.addresses.iter().copied() {
            self.holders.entry(address).or_default().push(key);
        }
        *known = interface;
    }

    /// The interface of a device in a namespace.
    pub fn device(&self, namespace: Option<&str>, device: &str) -> Option<InterfaceKey> {
        self.iter()
            .find(|(_, known)| known.device == device && known.namespace.as_deref() == namespace)
            .map(|(key, _)| key)
    }

    /// The interface at the other end of a flow: the one that has `address`, in the VPC of `from`
    /// where the VPCs of both are known. It is what the `next-hop-` fields describe.
    pub fn next_hop(&self, from: InterfaceKey, address: IpAddr) -> Option<InterfaceKey> {
        let vpc = self.get(from)?.field("vpc-id");
        let holders = self.holders.get(&address)?;
        let of_same_vpc = |key: &&InterfaceKey| {
            let other = self.get(**key).and_then(|other| other.field("vpc-id"));
            vpc.is_none() || other.is_none() || vpc == other
        };
        holders
            .iter()
            .find(of_same_vpc)
            .filter(|key| **key != from)
            .copied()
    }

    /// `traffic-path` of an egress flow of `from` to `destination` (flow log spec 1.5).
    pub fn traffic_path(&self, from: InterfaceKey, destination: IpAddr) -> Option<u8> {
        let interface = self.get(from)?;
        let id = interface.field("interface-id");
        let vpc = interface.field("vpc-id");
        Some(self.networks.traffic_path(id, vpc, destination))
    }

    /// `pkt-src-aws-service` or `pkt-dst-aws-service` of an address.
    pub fn service(&self, address: IpAddr) -> Option<&str> {
        self.networks.service(address)
    }
}

#[cfg(test)]
mod tests;
