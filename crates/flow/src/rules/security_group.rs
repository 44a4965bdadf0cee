//! Security groups as `aws ec2 describe-security-groups` prints them.

use ipnet::IpNet;

use super::PrefixLists;
use super::service::{self, Service};
use crate::document::{Mistake, Node, Object, network};

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityGroup {
    /// `sg-…`.
    pub id: String,
    /// Its name; `default` for the group that a VPC comes with.
    pub name: String,
    /// The VPC, if it is said.
    pub vpc: Option<String>,
    /// What may come in.
    pub inbound: Vec<Permission>,
    /// What may go out.
    pub outbound: Vec<Permission>,
}

/// One thing that a group lets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// Protocol and ports.
    pub service: Service,
    /// Who may.
    pub peers: Vec<Peer>,
}

/// Who is at the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// A network, or one of a prefix list.
    Network(IpNet),
    /// The interfaces of a security group.
    Group(String),
}

impl SecurityGroup {
    pub(super) fn of(node: &Node, lists: &PrefixLists) -> Result<Self, Mistake> {
        let group = Object::of(node, "security group")?;
        let id = group.require("GroupId", group.text("GroupId")?)?.value;
        let text = |name| group.text(name).map(|text| text.map(|text| text.value));
        let name = text("GroupName")?.unwrap_or_default().to_owned();
        let vpc = text("VpcId")?.map(str::to_owned);
        let permissions = |name| {
            let nodes = group.list(name)?.iter();
            nodes.map(|node| permission(node, lists)).collect()
        };
        let inbound: Result<_, Mistake> = permissions("IpPermissions");
        let outbound = permissions("IpPermissionsEgress");
        group.ignore(&["Description", "OwnerId", "Tags", "SecurityGroupArn"]);
        let group = {
            group.finish()?;
            Self {
                id: id.to_owned(),
                name,
                vpc,
                inbound: inbound?,
                outbound: outbound?,
            }
        };
        Ok(group)
    }
}

fn permission(node: &Node, lists: &PrefixLists) -> Result<Permission, Mistake> {
    let permission = Object::of(node, "permission")?;
    let protocol = permission.require("IpProtocol", permission.text("IpProtocol")?)?;
    let protocol = service::protocol(protocol)?;
    let number = |name| permission.integer(name, -1..=65535);
    let service = Service::new(protocol, number("FromPort")?, number("ToPort")?, node.at)?;
    let mut peers = Vec::new();
    for (list, member) in [("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")] {
        for node in permission.list(list)? {
            peers.push(Peer::Network(range(node, member)?));
        }
    }
    for node in permission.list("PrefixListIds")? {
        peers.extend(prefix_list(node, lists)?.iter().copied().map(Peer::Network));
    }
    for node in permission.list("UserIdGroupPairs")? {
        peers.push(Peer::Group(group_pair(node)?));
    }
    permission.finish()?;
    Ok(Permission { service, peers })
}

fn range(node: &Node, member: &'static str) -> Result<IpNet, Mistake> {
    let range = Object::of(node, "range")?;
    let text = range.require(member, range.text(member)?)?;
    let parsed = network(text)?;
    range.ignore(&["Description"]);
    range.finish()?;
    if matches!(parsed, IpNet::V6(_)) != (member == "CidrIpv6") {
        let problem = format!(
            "`{}` is of the other address family than `{member}`",
            text.value
        );
        return Err(Mistake::new(text.at, problem));
    }
    Ok(parsed)
}

fn prefix_list<'l>(node: &Node, lists: &'l PrefixLists) -> Result<&'l [IpNet], Mistake> {
    let pair = Object::of(node, "prefix list")?;
    let id = pair.require("PrefixListId", pair.text("PrefixListId")?)?;
    pair.ignore(&["Description"]);
    pair.finish()?;
    let list = lists.get(id.value).ok_or_else(|| {
        let problem = format!(
            "the prefix list `{}` is not described; add what `aws ec2 describe-prefix-lists` prints to the rule files",
            id.value
        );
        Mistake::new(id.at, problem)
    })?;
    Ok(list)
}

fn group_pair(node: &Node) -> Result<String, Mistake> {
    let pair = Object::of(node, "group pair")?;
    let id = pair.require("GroupId", pair.text("GroupId")?)?.value;
    pair.ignore(&[
        "Description",
        "GroupName",
        "UserId",
        "VpcId",
        "VpcPeeringConnectionId",
        "PeeringStatus",
    ]);
    pair.finish()?;
    Ok(id.to_owned())
}
