//! `median`: median (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `median(f)` and what is known about it before it runs.
pub static MEDIAN: Function = Function {
    name: "median",
    aliases: &[],
    group: Group::Aggregate,
    documented: false,
    syntax: "median(f)",
    summary: "The same as `pct(f, 50)`, exact up to 10,000 numbers in a group. AWS does not document it.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[Example {
        query: "stats median(bytes) as middle",
        shows: "the middle flow size",
    }],
};
