//! `count`: number of rows (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `count(*), count(f)` and what is known about it before it runs.
pub static COUNT: Function = Function {
    name: "count",
    aliases: &[],
    group: Group::Aggregate,
    documented: true,
    syntax: "count(*), count(f)",
    summary: "Number of rows; with a field, of the rows in which it exists.",
    required: &[],
    optional: &[Param::Value],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[
        Example {
            query: "stats count(*) as flows by action",
            shows: "flows by verdict",
        },
        Example {
            query: "stats count(pktSrcAddr) as known",
            shows: "rows that hold the field",
        },
    ],
};
