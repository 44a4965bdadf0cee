//! `toupper`: upper case (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `toupper(s)` and what is known about it before it runs.
pub static TOUPPER: Function = Function {
    name: "toupper",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "toupper(s)",
    summary: "The text in upper case.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"toupper("Accept")"#, Some("ACCEPT")),
        (r#"toupper("")"#, Some("")),
    ],
    queries: &[],
};
