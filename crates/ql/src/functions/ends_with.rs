//! `endsWith`: whether text ends with other text (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `endsWith(s, suffix)` and what is known about it before it runs.
pub static ENDS_WITH: Function = Function {
    name: "endsWith",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "endsWith(s, suffix)",
    summary: "Whether the text ends with the suffix; case-sensitive.",
    required: &[Param::Value, Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"endsWith("a.log", ".log")"#, Some("1")),
        (r#"endsWith("a.LOG", ".log")"#, Some("0")),
    ],
    queries: &[],
};
