//! `queryStartTime`: start of the query window (spec 7.3).

use super::{Example, Function, Group, Kind};

/// `queryStartTime()` and what is known about it before it runs.
pub static QUERY_START_TIME: Function = Function {
    name: "queryStartTime",
    aliases: &[],
    group: Group::General,
    documented: true,
    syntax: "queryStartTime()",
    summary: "Start of the time window of the query, in epoch milliseconds; missing when the \
              window has no start.",
    required: &[],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[Example {
        query: "fields toMillis(@timestamp) - queryStartTime() as sinceStart",
        shows: "milliseconds since the window began",
    }],
};
