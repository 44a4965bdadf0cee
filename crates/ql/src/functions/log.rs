//! `log`: natural logarithm (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `log(a)` and what is known about it before it runs.
pub static LOG: Function = Function {
    name: "log",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "log(a)",
    summary: "Natural logarithm. Zero and negative numbers give a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        ("log(1)", Some("0")),
        ("log(10)", Some("2.3026")),
        ("log(0)", None),
    ],
    queries: &[],
};
