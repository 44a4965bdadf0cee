//! `isValidIpV4`: whether text is an IPv4 address (spec 7.5).

use super::{Function, Group, Kind, Param};

/// `isValidIpV4(f)` and what is known about it before it runs.
pub static IS_VALID_IP_V4: Function = Function {
    name: "isValidIpV4",
    aliases: &[],
    group: Group::Ip,
    documented: true,
    syntax: "isValidIpV4(f)",
    summary: "Whether the text is an IPv4 address of four decimal numbers.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"isValidIpV4("10.0.0.1")"#, Some("1")),
        (r#"isValidIpV4("10.0.0.256")"#, Some("0")),
        (r#"isValidIpV4("::1")"#, Some("0")),
    ],
    queries: &[],
};
