//! `ispresent`: whether a field exists (spec 7.3).

use super::{Function, Group, Kind, Param};

/// `ispresent(f)` and what is known about it before it runs.
pub static ISPRESENT: Function = Function {
    name: "ispresent",
    aliases: &[],
    group: Group::General,
    documented: true,
    syntax: "ispresent(f)",
    summary: "Whether the value exists. True for empty text and for the `-` of flow logs.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"ispresent("")"#, Some("1")),
        (r#"ispresent("-")"#, Some("1")),
        (r#"ispresent(toNumber("x"))"#, Some("0")),
    ],
    queries: &[],
};
