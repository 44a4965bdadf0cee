//! `isNumeric`: whether a value is a number (spec 7.3).

use super::{Function, Group, Kind, Param};

/// `isNumeric(f)` and what is known about it before it runs.
pub static IS_NUMERIC: Function = Function {
    name: "isNumeric",
    aliases: &[],
    group: Group::General,
    documented: true,
    syntax: "isNumeric(f)",
    summary: "Whether the whole value reads as a decimal number.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"isNumeric("12.5")"#, Some("1")),
        (r#"isNumeric("12a")"#, Some("0")),
        (r#"isNumeric("-")"#, Some("0")),
    ],
    queries: &[],
};
