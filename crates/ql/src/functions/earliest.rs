//! `earliest`: value of the earliest event (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `earliest(f)` and what is known about it before it runs.
pub static EARLIEST: Function = Function {
    name: "earliest",
    aliases: &[],
    group: Group::Selector,
    documented: true,
    syntax: "earliest(f)",
    summary: "The value in the event with the smallest `@timestamp`. `earliest(@timestamp)` \
              prints epoch milliseconds.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Any,
    examples: &[],
    queries: &[Example {
        query: "stats earliest(action) as first by srcAddr, dstPort",
        shows: "first verdict of each pair",
    }],
};
