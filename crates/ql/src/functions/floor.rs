//! `floor`: rounding down (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `floor(a)` and what is known about it before it runs.
pub static FLOOR: Function = Function {
    name: "floor",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "floor(a)",
    summary: "The largest integer that is not above `a`.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        ("floor(1.8)", Some("1")),
        ("floor(-1.2)", Some("-2")),
        ("floor(3)", Some("3")),
    ],
    queries: &[],
};
