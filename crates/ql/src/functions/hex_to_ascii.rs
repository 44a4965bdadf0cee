//! `hexToAscii`: hexadecimal bytes to text (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `hexToAscii(s)` and what is known about it before it runs.
pub static HEX_TO_ASCII: Function = Function {
    name: "hexToAscii",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "hexToAscii(s)",
    summary: "The text whose bytes are written in hexadecimal pairs. Broken pairs, or bytes \
              that are no UTF-8 text, give a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"hexToAscii("48656c6c6f")"#, Some("Hello")),
        (r#"hexToAscii("4A")"#, Some("J")),
        (r#"hexToAscii("4")"#, None),
        (r#"hexToAscii("zz")"#, None),
    ],
    queries: &[],
};
