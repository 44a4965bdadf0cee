//! `strlen`: length in characters (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `strlen(s)` and what is known about it before it runs.
pub static STRLEN: Function = Function {
    name: "strlen",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "strlen(s)",
    summary: "Length in Unicode code points; `messageSize` counts bytes.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        (r#"strlen("aé𝄞")"#, Some("3")),
        (r#"strlen("")"#, Some("0")),
        ("strlen(1234)", Some("4")),
    ],
    queries: &[],
};
