//! The interfaces whose traffic is recorded, and what is known of them besides their packets.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use flowgauge_format::flow_fields::FieldId;

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
    /// Fields that are the same in all its records: `interface-id`, `account-id`, `vpc-id`, tags,
    /// services. A field that is absent prints `-`.
    pub fields: BTreeMap<FieldId, String>,
}

/// All interfaces, in the order of their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The interfaces.
    pub interfaces: Vec<Interface>,
}

impl Inventory {
    /// The interface of a key; `None` for a key of another inventory.
    pub fn get(&self, key: InterfaceKey) -> Option<&Interface> {
        self.interfaces.get(usize::try_from(key.0).ok()?)
    }

    /// Adds an interface and gives its key.
    pub fn add(&mut self, interface: Interface) -> InterfaceKey {
        let key = InterfaceKey(u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX));
        self.interfaces.push(interface);
        key
    }
}
