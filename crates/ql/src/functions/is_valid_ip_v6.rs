//! `isValidIpV6`: whether text is an IPv6 address (spec 7.5).

use super::{Function, Group, Kind, Param};

/// `isValidIpV6(f)` and what is known about it before it runs.
pub static IS_VALID_IP_V6: Function = Function {
    name: "isValidIpV6",
    aliases: &[],
    group: Group::Ip,
    documented: true,
    syntax: "isValidIpV6(f)",
    summary: "Whether the text is an IPv6 address.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"isValidIpV6("2001:db8::1")"#, Some("1")),
        (r#"isValidIpV6("10.0.0.1")"#, Some("0")),
        (r#"isValidIpV6("-")"#, Some("0")),
    ],
    queries: &[],
};
