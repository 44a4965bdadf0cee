//! `round`: rounding (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `round(a[, digits])` and what is known about it before it runs.
pub static ROUND: Function = Function {
    name: "round",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "round(a[, digits])",
    summary: "Rounds to an integer, or to `digits` decimals. Ties go away from zero; negative \
              digits round to tens, hundreds, and so on.",
    required: &[Param::Value],
    optional: &[Param::Value],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        ("round(2.5)", Some("3")),
        ("round(-2.5)", Some("-3")),
        ("round(3.14159, 2)", Some("3.14")),
        ("round(1250, -2)", Some("1300")),
    ],
    queries: &[],
};
