//! `avg`: mean (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `avg(f)` and what is known about it before it runs.
pub static AVG: Function = Function {
    name: "avg",
    aliases: &[],
    group: Group::Aggregate,
    documented: true,
    syntax: "avg(f)",
    summary: "Mean of the numbers. Missing and non-numeric values are skipped; without any \
              number the result is missing.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[Example {
        query: "stats avg(bytes / packets) as size by dstPort",
        shows: "mean packet size per port",
    }],
};
