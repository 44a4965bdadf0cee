//! `tolower`: lower case (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `tolower(s)` and what is known about it before it runs.
pub static TOLOWER: Function = Function {
    name: "tolower",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "tolower(s)",
    summary: "The text in lower case.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"tolower("ACCEPT")"#, Some("accept")),
        (r#"tolower("")"#, Some("")),
    ],
    queries: &[],
};
