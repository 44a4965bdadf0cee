//! Traffic that flow logs never record (flow log spec 1.9), each kind switchable.
//!
//! ARP is no IP and never becomes an observation; the source of mirrored traffic and gateways that
//! are deleted soon after they were made have no counterpart here.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::inventory::{Interface, InterfaceKey, Inventory};
use crate::observation::Tuple;
use crate::packet::protocol::{TCP, UDP};

/// One kind of traffic that is not recorded.
#[derive(Debug)]
pub struct Exclusion {
    /// The name by which it is switched.
    pub name: &'static str,
    /// What is not recorded, in a few words.
    pub summary: &'static str,
    excludes: fn(&Surroundings, &Tuple) -> bool,
}

/// All kinds. By default none of them is recorded.
pub static EXCLUSIONS: &[Exclusion] = &[
    Exclusion {
        name: "dns",
        summary: "DNS with the resolver of the network: base + 2 of the subnet or VPC, 169.254.169.253",
        excludes: is_dns,
    },
    Exclusion {
        name: "metadata",
        summary: "instance metadata at 169.254.169.254",
        excludes: |_, tuple| touches(tuple, &METADATA),
    },
    Exclusion {
        name: "time-sync",
        summary: "time from 169.254.169.123",
        excludes: |_, tuple| touches(tuple, &TIME_SYNC),
    },
    Exclusion {
        name: "dhcp",
        summary: "DHCP, of IPv4 and IPv6",
        excludes: |_, tuple| is_dhcp(tuple),
    },
    Exclusion {
        name: "router",
        summary: "the router of the subnet: base + 1",
        excludes: |surroundings, tuple| touches(tuple, &surroundings.routers),
    },
    Exclusion {
        name: "windows-licence",
        summary: "Windows licence activation at 169.254.169.250 and .251",
        excludes: |_, tuple| is_licence(tuple),
    },
    Exclusion {
        name: "endpoint-nlb",
        summary: "traffic between an endpoint interface and a network load balancer interface",
        excludes: is_endpoint_balancer,
    },
];

const fn link_local(last: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, last))
}

/// The IPv6 addresses of the services on 169.254.169.0/24.
const fn unique_local(last: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, last))
}

static RESOLVER: [IpAddr; 2] = [link_local(253), unique_local(0x253)];
static METADATA: [IpAddr; 2] = [link_local(254), unique_local(0x254)];
static TIME_SYNC: [IpAddr; 2] = [link_local(123), unique_local(0x123)];
static LICENCE: [IpAddr; 4] = [
    link_local(250),
    link_local(251),
    unique_local(0x250),
    unique_local(0x251),
];

const DNS_PORT: u16 = 53;
const LICENCE_PORT: u16 = 1688;

/// Interface types that never record traffic between each other.
static UNRECORDED_PAIR: [&str; 2] = ["vpc_endpoint", "network_load_balancer"];

/// Which kinds are excluded.
#[derive(Debug, Clone)]
pub struct Exclusions {
    kinds: Vec<&'static Exclusion>,
}

impl Default for Exclusions {
    fn default() -> Self {
        Self {
            kinds: EXCLUSIONS.iter().collect(),
        }
    }
}

impl Exclusions {
    /// Excludes nothing.
    pub fn none() -> Self {
        Self { kinds: Vec::new() }
    }

    /// Records a kind after all.
    ///
    /// # Errors
    ///
    /// When there is no kind of that name: a text for the user that lists the names.
    pub fn record(&mut self, name: &str) -> Result<(), String> {
        if !EXCLUSIONS.iter().any(|kind| kind.name == name) {
            let names: Vec<&str> = EXCLUSIONS.iter().map(|kind| kind.name).collect();
            return Err(format!(
                "there is no excluded traffic called `{name}`: known are {}",
                names.join(", ")
            ));
        }
        self.kinds.retain(|kind| kind.name != name);
        Ok(())
    }

    /// Whether packets of this tuple are not recorded at an interface.
    #[inline]
    pub fn exclude(&self, surroundings: &Surroundings, tuple: &Tuple) -> bool {
        surroundings.may_touch(tuple)
            && self
                .kinds
                .iter()
                .any(|kind| (kind.excludes)(surroundings, tuple))
    }
}

/// The special addresses near an interface.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    routers: Vec<IpAddr>,
    resolvers: Vec<IpAddr>,
    /// Addresses of load balancers, at an endpoint; of endpoints, at a load balancer.
    unrecorded: HashSet<IpAddr>,
}

impl Surroundings {
    /// Looks around an interface of the inventory.
    pub fn of(key: InterfaceKey, inventory: &Inventory) -> Self {
        let Some(interface) = inventory.get(key) else {
            return Self::default();
        };
        let networks = &inventory.networks;
        let subnet = match interface.field("subnet-id") {
            Some(id) => networks.subnet(id),
            None => interface
                .primary
                .and_then(|primary| networks.subnet_of(IpAddr::V4(primary))),
        };
        let subnet_cidrs = subnet.map_or(&[][..], |subnet| &subnet.cidrs);
        let vpc = interface
            .field("vpc-id")
            .or(subnet.map(|subnet| subnet.vpc.as_str()));
        let vpc = vpc.and_then(|id| networks.vpc(id));
        let vpc_cidrs = vpc.map_or(&[][..], |vpc| &vpc.cidrs);
        let nth = |cidrs: &[ipnet::IpNet], offset: u32| -> Vec<IpAddr> {
            cidrs
                .iter()
                .filter_map(|cidr| match cidr.network() {
                    IpAddr::V4(base) => base.to_bits().checked_add(offset),
                    IpAddr::V6(_) => None,
                })
                .map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits)))
                .collect()
        };
        // No interface of a VPC can have these addresses. One that does is no instance behind a router: it
        // is a bridge, or a router or resolver itself, and its traffic is its own.
        let others = |mut addresses: Vec<IpAddr>| {
            addresses.retain(|address| !interface.addresses.contains(address));
            addresses
        };
        let mut resolvers = nth(subnet_cidrs, 2);
        resolvers.extend(nth(vpc_cidrs, 2));
        Self {
            routers: others(nth(subnet_cidrs, 1)),
            resolvers: others(resolvers),
            unrecorded: unrecorded(interface, inventory),
        }
    }

    /// Whether any kind could exclude the tuple: cheap, and false for most packets.
    #[inline]
    fn may_touch(&self, tuple: &Tuple) -> bool {
        let special = |port: u16| matches!(port, DNS_PORT | 67 | 68 | 546 | 547 | LICENCE_PORT);
        let reserved = |address: IpAddr| match address {
            IpAddr::V4(address) => address.to_bits() >> 16 == 0xa9fe,
            IpAddr::V6(address) => address.to_bits() >> 96 == 0xfd00_0ec2,
        };
        special(tuple.destination_port)
            || special(tuple.source_port)
            || reserved(tuple.source)
            || reserved(tuple.destination)
            || touches(tuple, &self.routers)
            || !self.unrecorded.is_empty()
    }
}

fn unrecorded(interface: &Interface, inventory: &Inventory) -> HashSet<IpAddr> {
    let other = match interface.field("interface-type") {
        Some(kind) if kind == UNRECORDED_PAIR[0] => UNRECORDED_PAIR[1],
        Some(kind) if kind == UNRECORDED_PAIR[1] => UNRECORDED_PAIR[0],
        _ => return HashSet::new(),
    };
    inventory
        .iter()
        .filter(|(_, peer)| peer.field("interface-type") == Some(other))
        .flat_map(|(_, peer)| peer.addresses.iter().copied())
        .collect()
}

fn touches(tuple: &Tuple, addresses: &[IpAddr]) -> bool {
    addresses.contains(&tuple.destination) || addresses.contains(&tuple.source)
}

/// Both directions, on the port of the resolver's side. Own DNS servers are recorded.
fn is_dns(surroundings: &Surroundings, tuple: &Tuple) -> bool {
    let resolver = |address: IpAddr, port: u16| {
        port == DNS_PORT
            && (RESOLVER.contains(&address) || surroundings.resolvers.contains(&address))
    };
    matches!(tuple.protocol, TCP | UDP)
        && (resolver(tuple.destination, tuple.destination_port)
            || resolver(tuple.source, tuple.source_port))
}

/// Client and server ports at both ends, which relays use too.
fn is_dhcp(tuple: &Tuple) -> bool {
    let ports = [tuple.source_port, tuple.destination_port];
    tuple.protocol == UDP
        && (ports.iter().all(|port| matches!(port, 67 | 68))
            || ports.iter().all(|port| matches!(port, 546 | 547)))
}

fn is_licence(tuple: &Tuple) -> bool {
    let server = |address: IpAddr, port: u16| port == LICENCE_PORT && LICENCE.contains(&address);
    tuple.protocol == TCP
        && (server(tuple.destination, tuple.destination_port)
            || server(tuple.source, tuple.source_port))
}

fn is_endpoint_balancer(surroundings: &Surroundings, tuple: &Tuple) -> bool {
    surroundings.unrecorded.contains(&tuple.source)
        || surroundings.unrecorded.contains(&tuple.destination)
}

#[cfg(test)]
mod tests;
