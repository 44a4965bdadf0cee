//! `jsonStringify`: map or list to JSON text (spec 7.4).

use super::{Function, Group, Kind, Param};

/// `jsonStringify(m)` and what is known about it before it runs.
pub static JSON_STRINGIFY: Function = Function {
    name: "jsonStringify",
    aliases: &[],
    group: Group::Json,
    documented: true,
    syntax: "jsonStringify(m)",
    summary: "A map or list as JSON text, which text functions can then work on. Anything else \
              gives a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"strlen(jsonStringify(jsonParse('{"a":1}')))"#, Some("7")),
        (r#"jsonStringify(jsonParse('[1,"b"]'))"#, Some(r#"[1,"b"]"#)),
        (r#"jsonStringify(toNumber("x"))"#, None),
    ],
    queries: &[],
};
