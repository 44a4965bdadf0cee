//! The nftables table of a managed namespace, made of the same policy that the evaluator replays
//! (flow log spec 8.6, mode 1).
//!
//! | chain | hook, priority | what |
//! |---|---|---|
//! | `acl_in` | prerouting −310 | network ACL, before connections are tracked |
//! | `groups_in` | prerouting −150 | security groups, with connections, before addresses are translated |
//! | `groups_out` | postrouting 305 | security groups, after addresses were translated |
//! | `acl_out` | postrouting 310 | network ACL |
//!
//! A hook at which no device has a rule is left out. Both layers see the addresses that are on the wire of the interface, and a packet that is
//! forwarded passes the rules of both interfaces. Each refusal is logged where it happens, and each
//! packet that passes once for each interface, in the last chain of its direction.

use std::fmt::Write as _;

use ipnet::IpNet;
use thiserror::Error;

use super::nflog::{ACCEPTED, REFUSED, SNAP, THRESHOLD};
use crate::rules::{AclRule, GroupRule, InterfacePolicy, PortRange, Service};

/// Name of the table.
pub const TABLE: &str = "flowgauge";
/// Name of the chain that has no packets, but the settings as they were before.
pub const MEMORY: &str = "before";
/// What refuses a packet that no security group lets through, as rules are named in prefixes.
const NO_GROUP: &str = "security groups";
/// What refuses a packet that no rule of the network ACL matches.
const NO_ENTRY: &str = "network ACL";
/// What refuses a packet that comes after its connection was closed, or never had one.
const CLOSED: &str = "closed";
/// Neighbour and multicast listener discovery pass everywhere, as in the evaluator.
const NEIGHBOURHOOD: &str = "icmpv6 type { 130-137, 143 }";
/// Longest prefix; the kernel allows 127 characters.
const PREFIX: usize = 60;

/// Which packets are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logging {
    /// All, so that nothing else has to count them.
    All,
    /// Only refused ones; a ring counts the others.
    Refusals,
}

/// A device's name cannot be written into rules.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "the device name `{0}` has characters that firewall rules cannot express; rename the device"
)]
pub struct BadName(pub String);

/// The commands that make the table, replacing one that was left behind, in one transaction.
///
/// # Errors
///
/// When the name of a device cannot be written.
pub fn table(devices: &[(&str, &InterfacePolicy)], logging: Logging) -> Result<String, BadName> {
    let mut chains = String::new();
    let mut jumps = [const { String::new() }; 4];
    for (place, (device, policy)) in devices.iter().enumerate() {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-:@".contains(c);
        if device.is_empty() || !device.chars().all(plain) {
            return Err(BadName((*device).to_owned()));
        }
        let bodies = [
            acl_in(policy),
            groups_in(policy, logging),
            groups_out(policy),
            acl_out(policy, logging),
        ];
        for ((hook, body), jumps) in HOOKS.iter().zip(bodies).zip(&mut jumps) {
            // A hook costs every packet something, also if it has nothing to say.
            if body.is_empty() {
                continue;
            }
            let (name, side) = (hook.name, hook.side);
            // Writing to a string cannot fail.
            let _ = writeln!(jumps, "    {side} \"{device}\" jump {name}_{place}");
            let _ = writeln!(chains, "  chain {name}_{place} {{\n{body}  }}");
        }
    }
    let mut text =
        format!("table inet {TABLE}\ndelete table inet {TABLE}\ntable inet {TABLE} {{\n{chains}");
    for (hook, jumps) in HOOKS.iter().zip(jumps) {
        if jumps.is_empty() {
            continue;
        }
        let _ = writeln!(
            text,
            "  chain {} {{\n    type filter hook {} priority {}; policy accept;\n{jumps}  }}",
            hook.name, hook.hook, hook.priority
        );
    }
    text.push_str("}\n");
    Ok(text)
}

/// The commands that remove the table, if it is there.
pub fn removal() -> String {
    format!("table inet {TABLE}\ndelete table inet {TABLE}\n")
}

/// The commands that write settings into the table, names and values as they were before: a capture that
/// is killed leaves both its table and its settings, and whoever finds the table knows what to restore.
pub fn memory(settings: &[(&str, &str)]) -> String {
    let notes: String = settings
        .iter()
        .map(|(name, value)| format!("    return comment \"{name} {value}\"\n"))
        .collect();
    format!("table inet {TABLE} {{\n  chain {MEMORY} {{\n{notes}  }}\n}}\n")
}

/// The settings in a chain of this name, as `nft` lists it: name and value.
pub fn remembered(listing: &str) -> impl Iterator<Item = (&str, &str)> {
    listing.lines().filter_map(|line| {
        let (_, note) = line.split_once("comment \"")?;
        note.trim_end().trim_end_matches('"').split_once(' ')
    })
}

struct Hook {
    name: &'static str,
    hook: &'static str,
    priority: i32,
    side: &'static str,
}

const HOOKS: [Hook; 4] = [
    Hook {
        name: "acl_in",
        hook: "prerouting",
        priority: -310,
        side: "iifname",
    },
    Hook {
        name: "groups_in",
        hook: "prerouting",
        priority: -150,
        side: "iifname",
    },
    Hook {
        name: "groups_out",
        hook: "postrouting",
        priority: 305,
        side: "oifname",
    },
    Hook {
        name: "acl_out",
        hook: "postrouting",
        priority: 310,
        side: "oifname",
    },
];

fn acl_in(policy: &InterfacePolicy) -> String {
    let mut chain = Chain::default();
    if let Some(rules) = &policy.inbound.acl {
        chain.rule(NEIGHBOURHOOD, "return");
        chain.acl(rules, &policy.subnet, "ip saddr", "return", "return");
    }
    chain.text
}

fn groups_in(policy: &InterfacePolicy, logging: Logging) -> String {
    let mut chain = Chain::default();
    let pass = |rule: &str| passing(logging, rule);
    chain.rule(NEIGHBOURHOOD, &pass("neighbourhood"));
    chain.connections(&pass("connection"));
    chain.groups(policy.inbound.groups.as_deref(), "ip saddr", pass);
    chain.text
}

fn groups_out(policy: &InterfacePolicy) -> String {
    let mut chain = Chain::default();
    chain.rule(NEIGHBOURHOOD, "return");
    chain.connections("return");
    chain.groups(policy.outbound.groups.as_deref(), "ip daddr", |_| {
        "return".to_owned()
    });
    chain.text
}

fn acl_out(policy: &InterfacePolicy, logging: Logging) -> String {
    let mut chain = Chain::default();
    let pass = passing(logging, "passed");
    match &policy.outbound.acl {
        Some(rules) => {
            chain.rule(NEIGHBOURHOOD, &pass);
            chain.acl(rules, &policy.subnet, "ip daddr", &pass, &pass);
        }
        None => chain.rule("", &pass),
    }
    chain.text
}

#[derive(Default)]
struct Chain {
    text: String,
}

impl Chain {
    fn rule(&mut self, matches: &str, verdict: &str) {
        let gap = if matches.is_empty() { "" } else { " " };
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "    {matches}{gap}{verdict}");
    }

    /// The first rule that matches decides.
    fn acl(
        &mut self,
        rules: &[AclRule],
        subnet: &[IpNet],
        side: &str,
        inside: &str,
        allowed: &str,
    ) {
        for networks in families(subnet) {
            self.rule(&networks.matches(side), inside);
        }
        for rule in rules {
            let verdict = if rule.allow {
                allowed.to_owned()
            } else {
                refusal(&rule.id)
            };
            for networks in families(std::slice::from_ref(&rule.network)) {
                self.rule(
                    &both(&networks.matches(side), &service(rule.service)),
                    &verdict,
                );
            }
        }
        self.rule("", &refusal(NO_ENTRY));
    }

    /// What belongs to a connection passes; what comes after its end is refused. A connection that was
    /// reset is known by its timeout of 10 seconds, which every packet of it sets anew.
    fn connections(&mut self, pass: &str) {
        let late =
            "meta l4proto tcp ct state established ct expiration <= 10s tcp flags & rst == 0";
        self.rule(late, &refusal(CLOSED));
        self.rule("ct state established,related", pass);
        self.rule("meta l4proto tcp ct state invalid", &refusal(CLOSED));
    }

    fn groups(&mut self, rules: Option<&[GroupRule]>, side: &str, pass: impl Fn(&str) -> String) {
        let Some(rules) = rules else {
            return self.rule("", &pass("no groups"));
        };
        for rule in rules {
            for networks in families(&rule.peers) {
                let matches = both(&networks.matches(side), &service(rule.service));
                self.rule(&matches, &pass(&rule.id));
            }
        }
        self.rule("", &refusal(NO_GROUP));
    }
}

fn passing(logging: Logging, rule: &str) -> String {
    match logging {
        Logging::All => format!("{} accept", log(ACCEPTED, rule)),
        Logging::Refusals => "accept".to_owned(),
    }
}

fn refusal(rule: &str) -> String {
    format!("{} drop", log(REFUSED, rule))
}

fn log(group: u16, rule: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || " /_.-".contains(c);
    let prefix: String = rule.chars().filter(|c| plain(*c)).take(PREFIX).collect();
    format!("log prefix \"{prefix}\" group {group} snaplen {SNAP} queue-threshold {THRESHOLD}")
}

/// Networks of one family, none inside another.
struct Family {
    v6: bool,
    networks: Vec<IpNet>,
}

fn families(networks: &[IpNet]) -> impl Iterator<Item = Family> {
    let of = |v6: bool| {
        let own = networks
            .iter()
            .filter(|one| matches!(one, IpNet::V6(_)) == v6);
        Family {
            v6,
            networks: IpNet::aggregate(&own.copied().collect()),
        }
    };
    [of(false), of(true)]
        .into_iter()
        .filter(|family| !family.networks.is_empty())
}

impl Family {
    /// `side` is `ip saddr` or `ip daddr`.
    fn matches(&self, side: &str) -> String {
        if self
            .networks
            .iter()
            .any(|network| network.prefix_len() == 0)
        {
            let family = if self.v6 { "ipv6" } else { "ipv4" };
            return format!("meta nfproto {family}");
        }
        let networks: Vec<String> = self.networks.iter().map(ToString::to_string).collect();
        let side = match self.v6 {
            true => side.replacen("ip ", "ip6 ", 1),
            false => side.to_owned(),
        };
        format!("{side} {{ {} }}", networks.join(", "))
    }
}

fn service(service: Service) -> String {
    match service {
        Service::Any => String::new(),
        Service::Protocol(protocol)
        | Service::Ports(protocol, PortRange::ALL)
        | Service::Icmp {
            protocol,
            kind: None,
            ..
        } => format!("meta l4proto {protocol}"),
        Service::Ports(protocol, range) => {
            let name = if protocol == 6 { "tcp" } else { "udp" };
            format!("{name} dport {}-{}", range.from, range.to)
        }
        Service::Icmp {
            protocol,
            kind: Some(kind),
            code,
        } => {
            let name = if protocol == 1 { "icmp" } else { "icmpv6" };
            let code = code.map_or_else(String::new, |code| format!(" {name} code {code}"));
            format!("{name} type {kind}{code}")
        }
    }
}

fn both(first: &str, second: &str) -> String {
    match second {
        "" => first.to_owned(),
        second => format!("{first} {second}"),
    }
}

#[cfg(test)]
mod tests;
