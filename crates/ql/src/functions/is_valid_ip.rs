//! `isValidIp`: whether text is an address (spec 7.5).

use super::{Function, Group, Kind, Param};

/// `isValidIp(f)` and what is known about it before it runs.
pub static IS_VALID_IP: Function = Function {
    name: "isValidIp",
    aliases: &[],
    group: Group::Ip,
    documented: true,
    syntax: "isValidIp(f)",
    summary: "Whether the text is an IPv4 or IPv6 address.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"isValidIp("10.0.0.1")"#, Some("1")),
        (r#"isValidIp("2001:db8::1")"#, Some("1")),
        (r#"isValidIp("-")"#, Some("0")),
    ],
    queries: &[],
};
