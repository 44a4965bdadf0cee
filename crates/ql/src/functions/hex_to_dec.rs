//! `hexToDec`: hexadecimal to number (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `hexToDec(s)` and what is known about it before it runs.
pub static HEX_TO_DEC: Function = Function {
    name: "hexToDec",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "hexToDec(s)",
    summary: "The number written in hexadecimal, with or without `0x`, in any case; a minus may \
              stand in front. What is no such number, or exceeds an integer of 64 bits, gives a \
              missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        (r#"hexToDec("0xff")"#, Some("255")),
        (r#"hexToDec("FF")"#, Some("255")),
        (r#"hexToDec("-0xff")"#, Some("-255")),
        (r#"hexToDec("xyz")"#, None),
    ],
    queries: &[],
};
