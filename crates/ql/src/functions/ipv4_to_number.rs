//! `ipv4ToNumber`: IPv4 address to number (spec 7.5).

use super::{Function, Group, Kind, Param};

/// `ipv4ToNumber(f)` and what is known about it before it runs.
pub static IPV4_TO_NUMBER: Function = Function {
    name: "ipv4ToNumber",
    aliases: &[],
    group: Group::Ip,
    documented: true,
    syntax: "ipv4ToNumber(f)",
    summary: "The 32 bits of an IPv4 address as a number, first byte highest. What is no IPv4 \
              address gives a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        (r#"ipv4ToNumber("10.0.0.1")"#, Some("167772161")),
        (r#"ipv4ToNumber("255.255.255.255")"#, Some("4294967295")),
        (r#"ipv4ToNumber("-")"#, None),
    ],
    queries: &[],
};
