//! `jsonArraySize`: number of elements (spec 7.4).

use super::{Function, Group, Kind, Param};

/// `jsonArraySize(f)` and what is known about it before it runs.
pub static JSON_ARRAY_SIZE: Function = Function {
    name: "jsonArraySize",
    aliases: &[],
    group: Group::Json,
    documented: true,
    syntax: "jsonArraySize(f)",
    summary: "Number of elements of a list or of text that holds a JSON array. Anything else \
              gives a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        ("jsonArraySize('[1,2,3]')", Some("3")),
        ("jsonArraySize('[]')", Some("0")),
        (r#"jsonArraySize('{"a":1}')"#, None),
    ],
    queries: &[],
};
