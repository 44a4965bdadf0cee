//! `stddev`: standard deviation (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `stddev(f)` and what is known about it before it runs.
pub static STDDEV: Function = Function {
    name: "stddev",
    aliases: &[],
    group: Group::Aggregate,
    documented: true,
    syntax: "stddev(f)",
    summary: "Standard deviation of the population. Missing and non-numeric values are \
              skipped; without any number the result is missing.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[Example {
        query: "stats stddev(bytes) as spread by srcAddr",
        shows: "spread of flow sizes per source",
    }],
};
