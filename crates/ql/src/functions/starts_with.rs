//! `startsWith`: whether text begins with other text (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `startsWith(s, prefix)` and what is known about it before it runs.
pub static STARTS_WITH: Function = Function {
    name: "startsWith",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "startsWith(s, prefix)",
    summary: "Whether the text begins with the prefix; case-sensitive.",
    required: &[Param::Value, Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"startsWith("eni-1", "eni-")"#, Some("1")),
        (r#"startsWith("ENI-1", "eni-")"#, Some("0")),
    ],
    queries: &[],
};
