//! `sortsFirst`: the value that sorts first (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `sortsFirst(f)` and what is known about it before it runs.
pub static SORTS_FIRST: Function = Function {
    name: "sortsFirst",
    aliases: &[],
    group: Group::Selector,
    documented: true,
    syntax: "sortsFirst(f)",
    summary: "The value that comes first in the order of `sort`.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Any,
    examples: &[],
    queries: &[Example {
        query: "stats sortsFirst(srcAddr) as first by dstPort",
        shows: "first address in sort order",
    }],
};
