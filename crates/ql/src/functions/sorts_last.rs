//! `sortsLast`: the value that sorts last (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `sortsLast(f)` and what is known about it before it runs.
pub static SORTS_LAST: Function = Function {
    name: "sortsLast",
    aliases: &[],
    group: Group::Selector,
    documented: true,
    syntax: "sortsLast(f)",
    summary: "The value that comes last in the order of `sort`.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Any,
    examples: &[],
    queries: &[Example {
        query: "stats sortsLast(srcAddr) as last by dstPort",
        shows: "last address in sort order",
    }],
};
