//! `toInt`: text to 32-bit integer (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `toInt(s)` and what is known about it before it runs.
pub static TO_INT: Function = Function {
    name: "toInt",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "toInt(s)",
    summary: "Converts text to a 32-bit integer; the fraction is cut off. What is no number or \
              does not fit gives a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        (r#"toInt("7.9")"#, Some("7")),
        (r#"toInt("-7.9")"#, Some("-7")),
        (r#"toInt("3000000000")"#, None),
        (r#"toInt("x")"#, None),
    ],
    queries: &[],
};
