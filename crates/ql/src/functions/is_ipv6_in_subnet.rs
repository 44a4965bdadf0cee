//! `isIpv6InSubnet`: whether an IPv6 address lies in a subnet (spec 7.5).

use super::{Function, Group, Kind, Param};

/// `isIpv6InSubnet(f, cidr)` and what is known about it before it runs.
pub static IS_IPV6_IN_SUBNET: Function = Function {
    name: "isIpv6InSubnet",
    aliases: &[],
    group: Group::Ip,
    documented: true,
    syntax: r#"isIpv6InSubnet(f, "cidr")"#,
    summary: "Whether an IPv6 address lies in the subnet. Host bits of the subnet are ignored. \
              What is no address, such as the `-` of flow logs, gives 0.",
    required: &[Param::Value, Param::Subnet],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (
            r#"isIpv6InSubnet("2001:db8::1", "2001:db8::/32")"#,
            Some("1"),
        ),
        (
            r#"isIpv6InSubnet("2001:db9::1", "2001:db8::/32")"#,
            Some("0"),
        ),
        (r#"isIpv6InSubnet("10.0.0.1", "2001:db8::/32")"#, Some("0")),
    ],
    queries: &[],
};
