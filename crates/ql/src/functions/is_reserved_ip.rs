//! `isReservedIP`: whether an address is reserved (spec 7.5).

use super::{Function, Group, Kind, Param};

/// `isReservedIP(f)` and what is known about it before it runs.
pub static IS_RESERVED_IP: Function = Function {
    name: "isReservedIP",
    aliases: &[],
    group: Group::Ip,
    documented: true,
    syntax: "isReservedIP(f)",
    summary: "Whether an address lies in a range of IANA’s special-purpose registries, such as \
              loopback, link-local, shared address space and documentation, or is a multicast \
              address. What is no address, such as the `-` of flow logs, gives 0.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"isReservedIP("127.0.0.1")"#, Some("1")),
        (r#"isReservedIP("100.64.0.1")"#, Some("1")),
        (r#"isReservedIP("8.8.8.8")"#, Some("0")),
    ],
    queries: &[],
};
