//! `least`: the smallest of several numbers (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `least(a[, b, …])` and what is known about it before it runs.
pub static LEAST: Function = Function {
    name: "least",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "least(a[, b, …])",
    summary: "The smallest of the arguments, compared as numbers. Missing and non-numeric \
              arguments are skipped; with none left the result is missing.",
    required: &[Param::Value],
    optional: &[],
    variadic: true,
    returns: Kind::Number,
    examples: &[
        ("least(3, 10, 2)", Some("2")),
        (r#"least("9", "10")"#, Some("9")),
        (r#"least(5, toNumber("x"))"#, Some("5")),
    ],
    queries: &[],
};
