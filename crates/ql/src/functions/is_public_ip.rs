//! `isPublicIP`: whether an address is public (spec 7.5).

use super::{Function, Group, Kind, Param};

/// `isPublicIP(f)` and what is known about it before it runs.
pub static IS_PUBLIC_IP: Function = Function {
    name: "isPublicIP",
    aliases: &[],
    group: Group::Ip,
    documented: true,
    syntax: "isPublicIP(f)",
    summary: "Whether an address is publicly routable: neither private nor reserved. What is \
              no address, such as the `-` of flow logs, gives 0.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"isPublicIP("8.8.8.8")"#, Some("1")),
        (r#"isPublicIP("10.0.0.1")"#, Some("0")),
        (r#"isPublicIP("-")"#, Some("0")),
    ],
    queries: &[],
};
