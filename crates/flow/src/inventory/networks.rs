//! What lies around the interfaces: VPCs, subnets, the paths that traffic takes, and the public
//! addresses of services.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::prefixes::Prefixes;

/// The service code of addresses that belong to no particular service.
const GENERAL_SERVICE: &str = "AMAZON";
/// `traffic-path` to another resource of the same VPC (flow log spec 1.5).
const PATH_SAME_VPC: u8 = 1;
/// `traffic-path` over a peering connection in the region.
const PATH_PEERING: u8 = 4;
/// `traffic-path` through an internet gateway.
const PATH_INTERNET: u8 = 8;

/// A virtual network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vpc {
    /// `vpc-…`.
    pub id: String,
    /// Its address ranges.
    pub cidrs: Vec<IpNet>,
}

/// A part of a VPC.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subnet {
    /// `subnet-…`.
    pub id: String,
    /// The VPC's id.
    pub vpc: String,
    /// Its address ranges.
    pub cidrs: Vec<IpNet>,
    /// Id of the availability zone.
    pub az: Option<String>,
}

impl Subnet {
    /// Whether an address lies in the subnet.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.cidrs.iter().any(|cidr| cidr.contains(&address))
    }
}

/// A path that traffic to a network takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Destinations.
    pub cidr: IpNet,
    /// `traffic-path`: 1 to 8.
    pub path: u8,
    /// The one interface whose route this is; `None` for all.
    pub interface: Option<String>,
}

/// All networks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks {
    /// VPCs.
    pub vpcs: Vec<Vpc>,
    /// Subnets.
    pub subnets: Vec<Subnet>,
    routes: Prefixes<u8>,
    routes_of: BTreeMap<String, Prefixes<u8>>,
    services: Prefixes<String>,
    general: Prefixes<String>,
}

impl Networks {
    /// The subnet with an id.
    pub fn subnet(&self, id: &str) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.id == id)
    }

    /// The smallest subnet that holds an address.
    pub fn subnet_of(&self, address: IpAddr) -> Option<&Subnet> {
        let length = |subnet: &&Subnet| {
            let holding = subnet.cidrs.iter().filter(|cidr| cidr.contains(&address));
            holding.map(IpNet::prefix_len).max()
        };
        self.subnets
            .iter()
            .filter(|subnet| subnet.contains(address))
            .max_by_key(length)
    }

    /// The VPC with an id.
    pub fn vpc(&self, id: &str) -> Option<&Vpc> {
        self.vpcs.iter().find(|vpc| vpc.id == id)
    }

    /// Adds a route; returns false when the same network has one already.
    pub fn add_route(&mut self, route: Route) -> bool {
        let table = match route.interface {
            Some(interface) => self.routes_of.entry(interface).or_default(),
            None => &mut self.routes,
        };
        table.insert(route.cidr, route.path)
    }

    /// Adds public addresses of a service. Where a network is named twice, the first code stays; a
    /// particular service counts before `AMAZON`.
    pub fn add_service(&mut self, cidr: IpNet, code: &str) {
        let table = match code {
            GENERAL_SERVICE => &mut self.general,
            _ => &mut self.services,
        };
        table.insert(cidr, code.to_owned());
    }

    /// The code of the service that has an address: of the longest prefix of a particular service,
    /// or else `AMAZON`.
    pub fn service(&self, address: IpAddr) -> Option<&str> {
        let particular = self.services.longest(address);
        particular
            .or_else(|| self.general.longest(address))
            .map(String::as_str)
    }

    /// `traffic-path` towards a destination: the interface's own route, a route of all interfaces,
    /// or what the VPCs say (flow log spec 1.5).
    pub fn traffic_path(
        &self,
        interface: Option<&str>,
        vpc: Option<&str>,
        destination: IpAddr,
    ) -> u8 {
        let own = interface.and_then(|interface| self.routes_of.get(interface));
        let route = own.and_then(|routes| routes.longest(destination));
        if let Some(path) = route.or_else(|| self.routes.longest(destination)) {
            return *path;
        }
        let holds = |known: &&Vpc| known.cidrs.iter().any(|cidr| cidr.contains(&destination));
        let mut holders = self.vpcs.iter().filter(holds);
        match holders.clone().next() {
            None => PATH_INTERNET,
            // Without a VPC of its own, the interface is taken to be in the one it talks to.
            Some(_) if vpc.is_none() => PATH_SAME_VPC,
            Some(_) if holders.any(|known| Some(known.id.as_str()) == vpc) => PATH_SAME_VPC,
            Some(_) => PATH_PEERING,
        }
    }
}
