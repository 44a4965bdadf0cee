//! Ids for what no inventory file names: the same after every restart, made of what identifies the
//! machine and the device (flow log spec 3.4).
//!
//! A network namespace plays an instance, a network a subnet, and the machine a VPC.

use std::fmt::Write as _;
use std::net::IpAddr;

use flowgauge_format::flow_fields;
use ipnet::IpNet;
use sha2::{Digest, Sha256};

use super::{Interface, Inventory, Subnet, Vpc};

/// Hexadecimal digits after the prefix of an id.
const DIGITS: usize = 17;

/// A device of this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// Its network namespace; `None` is the one of the process.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The hardware address that it was made with. Virtual devices have none: theirs changes each time
    /// they are made.
    pub permanent_mac: Vec<u8>,
    /// Its addresses with the networks that they are in.
    pub addresses: Vec<(IpAddr, IpNet)>,
}

/// Makes ids for one machine.
#[derive(Debug, Clone)]
pub struct Ids {
    machine: String,
}

impl Ids {
    /// For the machine with this id.
    pub fn new(machine: &str) -> Self {
        Self {
            machine: machine.to_owned(),
        }
    }

    /// An id such as `eni-0123456789abcdef0` for what the parts name.
    fn make(&self, prefix: &str, parts: &[&str]) -> String {
        let mut hash = Sha256::new();
        for part in [self.machine.as_str(), prefix].iter().chain(parts) {
            hash.update(part.as_bytes());
            // Keeps `a`, `bc` and `ab`, `c` apart.
            hash.update([0]);
        }
        let mut id = format!("{prefix}-");
        for byte in hash.finalize().iter().take(DIGITS.div_ceil(2)) {
            // Writing to a string cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        id.truncate(prefix.len() + 1 + DIGITS);
        id
    }

    fn interface(&self, device: &Device) -> String {
        let namespace = device.namespace.as_deref().unwrap_or_default();
        if device.permanent_mac.is_empty() {
            return self.make("eni", &[namespace, &device.name]);
        }
        let mac: Vec<String> = device
            .permanent_mac
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        self.make("eni", &[&mac.join(":")])
    }
}

impl Inventory {
    /// Adds the devices of this machine. One that the inventory has already, by its device or by one of
    /// its addresses, keeps what it has and gets what is missing: device, addresses, and an id. Any
    /// other gets ids of its own, and its networks become subnets of the machine's VPC.
    pub fn complete(&mut self, devices: &[Device], ids: &Ids) {
        for device in devices {
            let namespace = device.namespace.as_deref();
            let known = self
                .device(namespace, &device.name)
                .or_else(|| self.nameless(device));
            match known.and_then(|key| Some((key, self.get(key)?.clone()))) {
                Some((key, mut interface)) => {
                    self.fill(&mut interface, device, ids);
                    self.replace(key, interface);
                }
                None => {
                    let interface = self.generate(device, ids);
                    self.add(interface);
                }
            }
        }
    }

    /// An interface of the file that has addresses of the device, but no device.
    fn nameless(&self, device: &Device) -> Option<super::InterfaceKey> {
        let has = |interface: &Interface| {
            let mut addresses = device.addresses.iter();
            addresses.any(|(address, _)| interface.addresses.contains(address))
        };
        self.iter()
            .find(|(_, known)| {
                known.device.is_empty() && known.namespace == device.namespace && has(known)
            })
            .map(|(key, _)| key)
    }

    fn fill(&self, interface: &mut Interface, device: &Device, ids: &Ids) {
        interface.device.clone_from(&device.name);
        if interface.addresses.is_empty() {
            own(interface, device);
        }
        let mut fill = |id: &str, value: &str| {
            if let Some(field) = flow_fields::by_id(id) {
                interface
                    .fields
                    .entry(field)
                    .or_insert_with(|| value.to_owned());
            }
        };
        fill("interface-id", &ids.interface(device));
        let mut addresses = device.addresses.iter();
        let subnet = addresses.find_map(|(address, _)| self.networks.subnet_of(*address));
        if let Some(subnet) = subnet {
            fill("subnet-id", &subnet.id);
            if !subnet.vpc.is_empty() {
                fill("vpc-id", &subnet.vpc);
            }
        }
    }

    fn generate(&mut self, device: &Device, ids: &Ids) -> Interface {
        let vpc = ids.make("vpc", &[]);
        for (address, network) in &device.addresses {
            if is_link_local(*address) || self.networks.subnet_of(*address).is_some() {
                continue;
            }
            self.networks.subnets.push(Subnet {
                id: ids.make("subnet", &[&network.to_string()]),
                vpc: vpc.clone(),
                cidrs: vec![*network],
                az: None,
            });
            match self.networks.vpcs.iter_mut().find(|known| known.id == vpc) {
                Some(known) => known.cidrs.push(*network),
                None => self.networks.vpcs.push(Vpc {
                    id: vpc.clone(),
                    cidrs: vec![*network],
                }),
            }
        }
        let mut interface = Interface {
            namespace: device.namespace.clone(),
            ..Interface::default()
        };
        self.fill(&mut interface, device, ids);
        let namespace = device.namespace.as_deref().unwrap_or_default();
        for (id, value) in [
            ("vpc-id", vpc),
            ("instance-id", ids.make("i", &[namespace])),
        ] {
            if let Some(field) = flow_fields::by_id(id) {
                interface.fields.entry(field).or_insert(value);
            }
        }
        interface
    }
}

fn own(interface: &mut Interface, device: &Device) {
    interface.addresses = device
        .addresses
        .iter()
        .map(|(address, _)| *address)
        .collect();
    interface.primary = interface
        .addresses
        .iter()
        .find_map(|address| match address {
            IpAddr::V4(address) => Some(*address),
            IpAddr::V6(_) => None,
        });
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn device(namespace: Option<&str>, name: &str, address: &str) -> Device {
        let network: IpNet = address.parse().expect("a network");
        Device {
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
            addresses: vec![
                (network.addr(), network.trunc()),
                (
                    "fe80::1".parse().expect("an address"),
                    "fe80::/64".parse().expect("a network"),
                ),
            ],
            ..Device::default()
        }
    }

    fn field(inventory: &Inventory, place: usize, id: &str) -> String {
        let (_, interface) = inventory.iter().nth(place).expect("an interface");
        interface.field(id).unwrap_or("-").to_owned()
    }

    #[test]
    fn ids_are_stable_and_apart() {
        let ids = Ids::new("machine-1");
        let devices = [
            device(None, "eth0", "10.0.0.5/24"),
            device(Some("web"), "eth0", "10.0.0.6/24"),
            device(Some("web"), "eth1", "10.0.1.6/24"),
        ];
        let complete = |ids: &Ids| {
            let mut inventory = Inventory::default();
            inventory.complete(&devices, ids);
            inventory
        };
        let inventory = complete(&ids);
        assert_eq!(inventory, complete(&ids));
        let get = |place, id| field(&inventory, place, id);
        assert_eq!(get(0, "interface-id").len(), "eni-".len() + DIGITS);
        assert_ne!(get(0, "interface-id"), get(1, "interface-id"));
        assert_ne!(
            get(0, "interface-id"),
            field(&complete(&Ids::new("machine-2")), 0, "interface-id")
        );
        assert_eq!(get(0, "subnet-id"), get(1, "subnet-id"));
        assert_ne!(get(1, "subnet-id"), get(2, "subnet-id"));
        assert_ne!(get(0, "instance-id"), get(1, "instance-id"));
        assert_eq!(get(1, "instance-id"), get(2, "instance-id"));
        assert_eq!(get(0, "vpc-id"), get(2, "vpc-id"));
        assert_eq!(inventory.networks.subnets.len(), 2);
        assert_eq!(inventory.networks.vpcs[0].cidrs.len(), 2);
        // A card keeps its id when its device is renamed.
        let mut card = devices[0].clone();
        card.permanent_mac = vec![2, 0, 0, 0, 0, 1];
        let first = ids.interface(&card);
        card.name = "lan0".to_owned();
        assert_eq!(ids.interface(&card), first);
    }

    #[test]
    fn a_file_has_the_last_word() {
        let file = "[[subnets]]\nid = \"subnet-a\"\nvpc = \"vpc-a\"\ncidrs = [\"10.0.0.0/16\"]\n\
            [[interfaces]]\nid = \"eni-a\"\ndevice = \"eth0\"\n\
            [[interfaces]]\nnamespace = \"web\"\naddresses = [\"10.0.0.6\"]\n";
        let document = Document::parse("i.toml", file.to_owned()).expect("TOML");
        let mut inventory = Inventory::of(&document).expect("an inventory");
        let devices = [
            device(None, "eth0", "10.0.0.5/24"),
            device(Some("web"), "eth0", "10.0.0.6/24"),
        ];
        inventory.complete(&devices, &Ids::new("machine-1"));
        assert_eq!(inventory.len(), 2);
        let get = |place, id| field(&inventory, place, id);
        assert_eq!(get(0, "interface-id"), "eni-a");
        assert_eq!(get(0, "subnet-id"), "subnet-a");
        assert_eq!(get(0, "vpc-id"), "vpc-a");
        assert_eq!(get(0, "instance-id"), "-");
        assert!(get(1, "interface-id").starts_with("eni-"));
        let (_, web) = inventory.iter().nth(1).expect("the second");
        assert_eq!(web.device, "eth0");
        let owner = inventory.device(None, "eth0").expect("the first");
        let first = inventory.get(owner).expect("the first");
        assert_eq!(first.primary, Some([10, 0, 0, 5].into()));
    }
}
