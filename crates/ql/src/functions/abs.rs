//! `abs`: absolute value (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `abs(a)` and what is known about it before it runs.
pub static ABS: Function = Function {
    name: "abs",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "abs(a)",
    summary: "Absolute value. Text that is no number gives a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        ("abs(-3)", Some("3")),
        ("abs(-2.5)", Some("2.5")),
        (r#"abs("x")"#, None),
    ],
    queries: &[],
};
