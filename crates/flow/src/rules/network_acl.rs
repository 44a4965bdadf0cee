//! Network ACLs as `aws ec2 describe-network-acls` prints them.

use ipnet::IpNet;

use super::service::{self, Service};
use crate::document::{Mistake, Node, Object, network};

/// The last rule numbers: the rules `*`, which deny, for IPv4 and IPv6.
const LAST_NUMBER: i64 = 32768;

/// A network ACL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkAcl {
    /// `acl-…`.
    pub id: String,
    /// The VPC, if it is said.
    pub vpc: Option<String>,
    /// Whether it is for the subnets of the VPC that name no other.
    pub is_default: bool,
    /// The subnets that it is for.
    pub subnets: Vec<String>,
    /// Rules for what comes in, by number.
    pub inbound: Vec<Entry>,
    /// Rules for what goes out, by number.
    pub outbound: Vec<Entry>,
}

/// One rule; the first that matches decides, and without one the packet is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Its number: rules are tried in this order.
    pub number: u16,
    /// Whether it allows or denies.
    pub allow: bool,
    /// Protocol and ports.
    pub service: Service,
    /// The other end.
    pub network: IpNet,
}

impl NetworkAcl {
    pub(super) fn of(node: &Node) -> Result<Self, Mistake> {
        let acl = Object::of(node, "network ACL")?;
        let id = acl.require("NetworkAclId", acl.text("NetworkAclId")?)?;
        let vpc = acl.text("VpcId")?;
        let is_default = acl.bool("IsDefault")?.unwrap_or(false);
        let mut subnets = Vec::new();
        for node in acl.list("Associations")? {
            let association = Object::of(node, "association")?;
            let subnet = association.require("SubnetId", association.text("SubnetId")?)?;
            subnets.push(subnet.value.to_owned());
            association.ignore(&["NetworkAclAssociationId", "NetworkAclId"]);
            association.finish()?;
        }
        let mut inbound = Vec::new();
        let mut outbound = Vec::new();
        for node in acl.list("Entries")? {
            let (egress, entry) = entry(node)?;
            let entries = if egress { &mut outbound } else { &mut inbound };
            if entries
                .iter()
                .any(|known: &Entry| known.number == entry.number)
            {
                let problem = format!("rule {} stands twice for the same direction", entry.number);
                return Err(Mistake::new(node.at, problem));
            }
            entries.push(entry);
        }
        acl.ignore(&["Tags", "OwnerId"]);
        acl.finish()?;
        inbound.sort_by_key(|entry| entry.number);
        outbound.sort_by_key(|entry| entry.number);
        Ok(Self {
            id: id.value.to_owned(),
            vpc: vpc.map(|vpc| vpc.value.to_owned()),
            is_default,
            subnets,
            inbound,
            outbound,
        })
    }
}

fn entry(node: &Node) -> Result<(bool, Entry), Mistake> {
    let entry = Object::of(node, "network ACL rule")?;
    let egress = entry.require("Egress", entry.bool("Egress")?)?;
    let number = entry.integer("RuleNumber", 1..=LAST_NUMBER)?;
    let number = entry.require("RuleNumber", number)?;
    let action = entry.require("RuleAction", entry.text("RuleAction")?)?;
    let allow = match action.value {
        "allow" => true,
        "deny" => false,
        other => {
            let problem = format!("`{other}` is no action; write `allow` or `deny`");
            return Err(Mistake::new(action.at, problem));
        }
    };
    let network = match (entry.text("CidrBlock")?, entry.text("Ipv6CidrBlock")?) {
        (Some(cidr), None) | (None, Some(cidr)) => network(cidr)?,
        _ => {
            let problem = "a network ACL rule needs either `CidrBlock` or `Ipv6CidrBlock`";
            return Err(Mistake::new(node.at, problem));
        }
    };
    let protocol = entry.require("Protocol", entry.text("Protocol")?)?;
    let protocol = service::protocol(protocol)?;
    let (from, to) = match (entry.get("PortRange"), entry.get("IcmpTypeCode")) {
        (Some(_), Some(node)) if matches!(protocol, Some(service::TCP | service::UDP)) => {
            return Err(Mistake::new(
                node.at,
                "`IcmpTypeCode` has no meaning for this protocol",
            ));
        }
        (Some(node), None) => numbers(node, "port range", ["From", "To"])?,
        (_, Some(node)) => numbers(node, "type and code", ["Type", "Code"])?,
        (None, None) => (None, None),
    };
    let service = Service::new(protocol, from, to, node.at)?;
    entry.finish()?;
    // The limits of the number fit; `32768` is one below the sign of 16 bits.
    let number = u16::try_from(number.value).unwrap_or(u16::MAX);
    let entry = Entry {
        number,
        allow,
        service,
        network,
    };
    Ok((egress, entry))
}

type Number = Option<crate::document::Placed<i64>>;

fn numbers(
    node: &Node,
    what: &'static str,
    names: [&'static str; 2],
) -> Result<(Number, Number), Mistake> {
    let pair = Object::of(node, what)?;
    let [from, to] = names;
    let numbers = (
        pair.integer(from, -1..=65535)?,
        pair.integer(to, -1..=65535)?,
    );
    pair.finish()?;
    Ok(numbers)
}
