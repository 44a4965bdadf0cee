//! `ceil`: rounding up (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `ceil(a)` and what is known about it before it runs.
pub static CEIL: Function = Function {
    name: "ceil",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "ceil(a)",
    summary: "The smallest integer that is not below `a`.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        ("ceil(1.2)", Some("2")),
        ("ceil(-1.2)", Some("-1")),
        ("ceil(3)", Some("3")),
    ],
    queries: &[],
};
