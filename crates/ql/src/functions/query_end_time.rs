//! `queryEndTime`: end of the query window (spec 7.3).

use super::{Example, Function, Group, Kind};

/// `queryEndTime()` and what is known about it before it runs.
pub static QUERY_END_TIME: Function = Function {
    name: "queryEndTime",
    aliases: &[],
    group: Group::General,
    documented: true,
    syntax: "queryEndTime()",
    summary: "End of the time window of the query, in epoch milliseconds; missing when the \
              window has no end.",
    required: &[],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[Example {
        query: "fields queryEndTime() - toMillis(@timestamp) as age",
        shows: "milliseconds before the end of the window",
    }],
};
