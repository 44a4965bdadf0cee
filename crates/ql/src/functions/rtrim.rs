//! `rtrim`: text without characters at the end (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `rtrim(s[, set])` and what is known about it before it runs.
pub static RTRIM: Function = Function {
    name: "rtrim",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "rtrim(s[, set])",
    summary: "The text without white space at the end; with `set`, without any of its \
              characters there, and white space stays.",
    required: &[Param::Value],
    optional: &[Param::Value],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"rtrim("  a ")"#, Some("  a")),
        (r#"rtrim("xabcxyx", "yx")"#, Some("xabc")),
        (r#"rtrim("ax ", "x")"#, Some("ax ")),
    ],
    queries: &[],
};
