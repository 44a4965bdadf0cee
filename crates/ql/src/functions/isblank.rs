//! `isblank`: whether text is missing or blank (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `isblank(s)` and what is known about it before it runs.
pub static ISBLANK: Function = Function {
    name: "isblank",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "isblank(s)",
    summary: "Whether the value is missing, empty, or only white space.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"isblank("  ")"#, Some("1")),
        (r#"isblank(toNumber("x"))"#, Some("1")),
        (r#"isblank(" a ")"#, Some("0")),
    ],
    queries: &[],
};
