//! `variance`: variance (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `variance(f)` and what is known about it before it runs.
pub static VARIANCE: Function = Function {
    name: "variance",
    aliases: &[],
    group: Group::Aggregate,
    documented: true,
    syntax: "variance(f)",
    summary: "Variance of the population. Missing and non-numeric values are skipped; without \
              any number the result is missing.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[Example {
        query: "stats variance(bytes) as v by srcAddr",
        shows: "variance of flow sizes per source",
    }],
};
