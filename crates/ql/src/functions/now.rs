//! `now`: the time of the query (spec 7.2).

use super::{Example, Function, Group, Kind};

/// `now()` and what is known about it before it runs.
pub static NOW: Function = Function {
    name: "now",
    aliases: &[],
    group: Group::DateTime,
    documented: true,
    syntax: "now()",
    summary: "The time at which the query started, in epoch seconds (not milliseconds); the \
              same for all rows.",
    required: &[],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[Example {
        query: "filter toMillis(@timestamp) >= now() * 1000 - 7200000",
        shows: "the last two hours",
    }],
};
