//! `ltrim`: text without characters at the start (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `ltrim(s[, set])` and what is known about it before it runs.
pub static LTRIM: Function = Function {
    name: "ltrim",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "ltrim(s[, set])",
    summary: "The text without white space at the start; with `set`, without any of its \
              characters there, and white space stays.",
    required: &[Param::Value],
    optional: &[Param::Value],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"ltrim("  a ")"#, Some("a ")),
        (r#"ltrim("xyxabcx", "yx")"#, Some("abcx")),
        (r#"ltrim(" xa", "x")"#, Some(" xa")),
    ],
    queries: &[],
};
