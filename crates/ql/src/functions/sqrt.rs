//! `sqrt`: square root (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `sqrt(a)` and what is known about it before it runs.
pub static SQRT: Function = Function {
    name: "sqrt",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "sqrt(a)",
    summary: "Square root. Negative numbers give a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        ("sqrt(16)", Some("4")),
        ("sqrt(2)", Some("1.4142")),
        ("sqrt(-1)", None),
    ],
    queries: &[],
};
