//! `jsonArrayContains`: whether an array holds a value (spec 7.4).

use super::{Function, Group, Kind, Param};

/// `jsonArrayContains(f, value)` and what is known about it before it runs.
pub static JSON_ARRAY_CONTAINS: Function = Function {
    name: "jsonArrayContains",
    aliases: &[],
    group: Group::Json,
    documented: true,
    syntax: "jsonArrayContains(f, value)",
    summary: "Whether a list, or text that holds a JSON array, has an element equal to the \
              value; case-sensitive. What is no array gives 0.",
    required: &[Param::Value, Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (
            r#"jsonArrayContains('["admin","dev"]', "admin")"#,
            Some("1"),
        ),
        (r#"jsonArrayContains('["Admin"]', "admin")"#, Some("0")),
        (r#"jsonArrayContains("admin", "admin")"#, Some("0")),
    ],
    queries: &[],
};
