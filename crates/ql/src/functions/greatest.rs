//! `greatest`: the largest of several numbers (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `greatest(a[, b, …])` and what is known about it before it runs.
pub static GREATEST: Function = Function {
    name: "greatest",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "greatest(a[, b, …])",
    summary: "The largest of the arguments, compared as numbers. Missing and non-numeric \
              arguments are skipped; with none left the result is missing.",
    required: &[Param::Value],
    optional: &[],
    variadic: true,
    returns: Kind::Number,
    examples: &[
        ("greatest(3, 10, 2)", Some("10")),
        (r#"greatest("9", "10")"#, Some("10")),
        (r#"greatest(5, toNumber("x"))"#, Some("5")),
    ],
    queries: &[],
};
