//! What rules mean for the interfaces of an inventory.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::network_acl::{Entry, NetworkAcl};
use super::security_group::{Peer, Permission, SecurityGroup};
use super::service::Service;
use super::{Rules, RulesError};
use crate::inventory::{Interface, InterfaceKey, Inventory};

/// The rules of every interface, by the order of their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    interfaces: Vec<InterfacePolicy>,
}

/// The rules of one interface.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterfacePolicy {
    /// For what comes in.
    pub inbound: Layers,
    /// For what goes out.
    pub outbound: Layers,
    /// The networks of its subnet: network ACLs do not see traffic inside a subnet.
    pub subnet: Vec<IpNet>,
}

/// The two layers, for one direction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layers {
    /// What the security groups let through together; `None` where no groups are described, which
    /// lets everything through.
    pub groups: Option<Vec<GroupRule>>,
    /// The rules of the network ACL in their order; `None` where there is no ACL.
    pub acl: Option<Vec<AclRule>>,
}

/// Something that a security group lets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRule {
    /// The group, and which of its permissions, counted from 1: `sg-1/2`.
    pub id: String,
    /// Protocol and ports.
    pub service: Service,
    /// The other end: networks, and addresses of the interfaces of groups.
    pub peers: Vec<IpNet>,
}

/// A rule of a network ACL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AclRule {
    /// The ACL and the number of the rule: `acl-1/100`.
    pub id: String,
    /// Whether it allows or denies.
    pub allow: bool,
    /// Protocol and ports.
    pub service: Service,
    /// The other end.
    pub network: IpNet,
}

impl Policy {
    /// Finds the rules of each interface.
    ///
    /// An interface has the security groups that the inventory names; without a name, the only group
    /// of its VPC, or the one called `default`. Its network ACL is the one that is associated with its
    /// subnet, the default one of its VPC, or the only one that is associated with no subnet.
    ///
    /// # Errors
    ///
    /// When a group is not described, or it is not clear what applies.
    pub fn new(rules: &Rules, inventory: &Inventory) -> Result<Self, RulesError> {
        let members = members(rules, inventory)?;
        let interfaces = inventory.iter().map(|(_, interface)| {
            let groups = groups_of(rules, interface)?;
            let acl = acl_of(rules, interface)?;
            let layers = |permissions: fn(&SecurityGroup) -> &[Permission],
                          entries: fn(&NetworkAcl) -> &[Entry]| Layers {
                groups: groups.as_ref().map(|groups| {
                    let groups = groups.iter();
                    groups
                        .flat_map(|group| group_rules(group, permissions(group), &members))
                        .collect()
                }),
                acl: acl.map(|acl| acl_rules(acl, entries(acl))),
            };
            Ok(InterfacePolicy {
                inbound: layers(|group| &group.inbound, |acl| &acl.inbound),
                outbound: layers(|group| &group.outbound, |acl| &acl.outbound),
                subnet: subnet_of(inventory, interface),
            })
        });
        Ok(Self {
            interfaces: interfaces.collect::<Result<_, RulesError>>()?,
        })
    }

    /// The rules of an interface; `None` for a key of another inventory.
    pub fn get(&self, key: InterfaceKey) -> Option<&InterfacePolicy> {
        self.interfaces.get(usize::try_from(key.0).ok()?)
    }
}

impl InterfacePolicy {
    /// Whether network ACLs do not apply between the interface and an address.
    pub fn same_subnet(&self, remote: IpAddr) -> bool {
        self.subnet.iter().any(|cidr| cidr.contains(&remote))
    }
}

/// Addresses of the interfaces of each group.
fn members(
    rules: &Rules,
    inventory: &Inventory,
) -> Result<BTreeMap<String, Vec<IpNet>>, RulesError> {
    let mut members = BTreeMap::<String, Vec<IpNet>>::new();
    for (_, interface) in inventory.iter() {
        // Without groups in the files, only the inventory knows who is in which.
        let ids: Vec<String> = match groups_of(rules, interface)? {
            Some(groups) => groups.into_iter().map(|group| group.id.clone()).collect(),
            None => interface.groups.clone(),
        };
        for id in ids {
            let addresses = interface.addresses.iter().copied();
            members
                .entry(id)
                .or_default()
                .extend(addresses.map(IpNet::from));
        }
    }
    Ok(members)
}

fn groups_of<'r>(
    rules: &'r Rules,
    interface: &Interface,
) -> Result<Option<Vec<&'r SecurityGroup>>, RulesError> {
    if rules.groups.is_empty() {
        return Ok(None);
    }
    if !interface.groups.is_empty() {
        let named = interface.groups.iter().map(|id| {
            let found = rules.groups.iter().find(|group| group.id == *id);
            found.ok_or_else(|| RulesError::UnknownGroup {
                interface: interface.name(),
                group: id.clone(),
            })
        });
        return named.collect::<Result<_, _>>().map(Some);
    }
    let of_vpc: Vec<&SecurityGroup> = rules
        .groups
        .iter()
        .filter(|group| same_vpc(group.vpc.as_deref(), interface))
        .collect();
    let default = of_vpc.iter().find(|group| group.name == "default");
    match (of_vpc.as_slice(), default) {
        ([only], _) => Ok(Some(vec![only])),
        (_, Some(default)) => Ok(Some(vec![default])),
        _ => Err(RulesError::Ambiguous {
            interface: interface.name(),
            count: of_vpc.len(),
            what: "security groups for its VPC",
            help: "name those of the interface as `security-groups` in the inventory",
        }),
    }
}

fn acl_of<'r>(
    rules: &'r Rules,
    interface: &Interface,
) -> Result<Option<&'r NetworkAcl>, RulesError> {
    let subnet = interface.field("subnet-id");
    let associated = |acl: &&NetworkAcl| acl.subnets.iter().any(|id| Some(id.as_str()) == subnet);
    if let Some(acl) = rules.acls.iter().find(associated) {
        return Ok(Some(acl));
    }
    let of_vpc = |acl: &&NetworkAcl| same_vpc(acl.vpc.as_deref(), interface);
    let mut candidates: Vec<&NetworkAcl> = rules.acls.iter().filter(of_vpc).collect();
    if candidates.iter().any(|acl| acl.is_default) {
        candidates.retain(|acl| acl.is_default);
    } else {
        candidates.retain(|acl| acl.subnets.is_empty());
    }
    match candidates.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        several => Err(RulesError::Ambiguous {
            interface: interface.name(),
            count: several.len(),
            what: "network ACLs that could apply",
            help: "name the interface's subnet in the inventory and in the ACL's `Associations`",
        }),
    }
}

/// Whether rules of a VPC can be an interface's; one whose VPC is unknown may be in any.
fn same_vpc(vpc: Option<&str>, interface: &Interface) -> bool {
    match (vpc, interface.field("vpc-id")) {
        (Some(vpc), Some(own)) => vpc == own,
        _ => true,
    }
}

fn subnet_of(inventory: &Inventory, interface: &Interface) -> Vec<IpNet> {
    let id = interface.field("subnet-id");
    let subnet = id.and_then(|id| inventory.networks.subnet(id));
    subnet.map_or_else(Vec::new, |subnet| subnet.cidrs.clone())
}

fn group_rules(
    group: &SecurityGroup,
    permissions: &[Permission],
    members: &BTreeMap<String, Vec<IpNet>>,
) -> Vec<GroupRule> {
    let rules = permissions.iter().enumerate().map(|(place, permission)| {
        let mut peers: Vec<IpNet> = Vec::new();
        for peer in &permission.peers {
            match peer {
                Peer::Network(network) => peers.push(*network),
                Peer::Group(id) => peers.extend(members.get(id).into_iter().flatten()),
            }
        }
        peers.sort();
        peers.dedup();
        GroupRule {
            id: format!("{}/{}", group.id, place + 1),
            service: permission.service,
            peers,
        }
    });
    rules.collect()
}

fn acl_rules(acl: &NetworkAcl, entries: &[Entry]) -> Vec<AclRule> {
    let rules = entries.iter().map(|entry| AclRule {
        id: format!("{}/{}", acl.id, entry.number),
        allow: entry.allow,
        service: entry.service,
        network: entry.network,
    });
    rules.collect()
}
