//! `isempty`: whether text is missing or empty (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `isempty(s)` and what is known about it before it runs.
pub static ISEMPTY: Function = Function {
    name: "isempty",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "isempty(s)",
    summary: "Whether the value is missing or empty text.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"isempty("")"#, Some("1")),
        (r#"isempty(toNumber("x"))"#, Some("1")),
        (r#"isempty(" ")"#, Some("0")),
    ],
    queries: &[],
};
