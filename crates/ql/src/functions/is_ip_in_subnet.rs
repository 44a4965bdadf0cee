//! `isIpInSubnet`: whether an address lies in a subnet (spec 7.5).

use super::{Function, Group, Kind, Param};

/// `isIpInSubnet(f, cidr)` and what is known about it before it runs.
pub static IS_IP_IN_SUBNET: Function = Function {
    name: "isIpInSubnet",
    aliases: &[],
    group: Group::Ip,
    documented: true,
    syntax: r#"isIpInSubnet(f, "cidr")"#,
    summary: "Whether an IPv4 or IPv6 address lies in the subnet of the same family. Host bits \
              of the subnet are ignored. What is no address, such as the `-` of flow logs, \
              gives 0.",
    required: &[Param::Value, Param::Subnet],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"isIpInSubnet("10.1.2.3", "10.0.0.0/8")"#, Some("1")),
        (r#"isIpInSubnet("2001:db8::1", "2001:db8::/32")"#, Some("1")),
        (r#"isIpInSubnet("2001:db8::1", "10.0.0.0/8")"#, Some("0")),
        (r#"isIpInSubnet("-", "10.0.0.0/8")"#, Some("0")),
    ],
    queries: &[],
};
