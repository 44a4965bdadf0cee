//! `min`: the smallest value (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `min(f)` and what is known about it before it runs.
pub static MIN: Function = Function {
    name: "min",
    aliases: &[],
    group: Group::Aggregate,
    documented: true,
    syntax: "min(f)",
    summary: "The smallest number; in a group without any number, the first text in the order of \
              `sort`. Missing values are skipped, and so is the `-` of flow logs beside numbers.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Any,
    examples: &[],
    queries: &[Example {
        query: "stats min(start) as first by interfaceId",
        shows: "first start per interface",
    }],
};
