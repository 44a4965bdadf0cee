//! `isPrivateIP`: whether an address is private (spec 7.5).

use super::{Function, Group, Kind, Param};

/// `isPrivateIP(f)` and what is known about it before it runs.
pub static IS_PRIVATE_IP: Function = Function {
    name: "isPrivateIP",
    aliases: &[],
    group: Group::Ip,
    documented: true,
    syntax: "isPrivateIP(f)",
    summary: "Whether an address lies in a private range of RFC 1918: 10.0.0.0/8, \
              172.16.0.0/12, 192.168.0.0/16. What is no address, such as the `-` of flow logs, \
              gives 0.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"isPrivateIP("172.31.0.1")"#, Some("1")),
        (r#"isPrivateIP("172.32.0.1")"#, Some("0")),
        (r#"isPrivateIP("-")"#, Some("0")),
    ],
    queries: &[],
};
