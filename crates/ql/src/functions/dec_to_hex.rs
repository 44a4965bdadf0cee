//! `decToHex`: number to hexadecimal (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `decToHex(n)` and what is known about it before it runs.
pub static DEC_TO_HEX: Function = Function {
    name: "decToHex",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "decToHex(n)",
    summary: "The number in lower-case hexadecimal with `0x` in front, negative ones with \
              `-0x`; the fraction is cut off.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        ("decToHex(255)", Some("0xff")),
        ("decToHex(-255)", Some("-0xff")),
        ("decToHex(255.9)", Some("0xff")),
        (r#"decToHex("x")"#, None),
    ],
    queries: &[],
};
