//! `toDouble`: text to floating-point number (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `toDouble(s)` and what is known about it before it runs.
pub static TO_DOUBLE: Function = Function {
    name: "toDouble",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "toDouble(s)",
    summary: "Converts text to a floating-point number. What is no number gives a missing \
              value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        (r#"toDouble("12.50")"#, Some("12.5")),
        (r#"toDouble("-3")"#, Some("-3")),
        (r#"toDouble("x")"#, None),
    ],
    queries: &[],
};
