//! `isIpv4InSubnet`: whether an IPv4 address lies in a subnet (spec 7.5).

use super::{Function, Group, Kind, Param};

/// `isIpv4InSubnet(f, cidr)` and what is known about it before it runs.
pub static IS_IPV4_IN_SUBNET: Function = Function {
    name: "isIpv4InSubnet",
    aliases: &[],
    group: Group::Ip,
    documented: true,
    syntax: r#"isIpv4InSubnet(f, "cidr")"#,
    summary: "Whether an IPv4 address lies in the subnet. Host bits of the subnet are ignored. \
              What is no address, such as the `-` of flow logs, gives 0.",
    required: &[Param::Value, Param::Subnet],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"isIpv4InSubnet("10.1.2.3", "10.0.0.0/8")"#, Some("1")),
        (r#"isIpv4InSubnet("11.1.2.3", "10.0.0.0/8")"#, Some("0")),
        (r#"isIpv4InSubnet("10.9.9.9", "10.0.0.5/8")"#, Some("1")),
        (r#"isIpv4InSubnet("-", "10.0.0.0/8")"#, Some("0")),
    ],
    queries: &[],
};
