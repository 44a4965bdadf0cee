//! `max`: the largest value (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `max(f)` and what is known about it before it runs.
pub static MAX: Function = Function {
    name: "max",
    aliases: &[],
    group: Group::Aggregate,
    documented: true,
    syntax: "max(f)",
    summary: "The largest number; in a group without any number, the last text in the order of \
              `sort`. Missing values are skipped, and so is the `-` of flow logs beside numbers.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Any,
    examples: &[],
    queries: &[Example {
        query: "stats max(bytes) as largest by srcAddr",
        shows: "largest flow per source",
    }],
};
