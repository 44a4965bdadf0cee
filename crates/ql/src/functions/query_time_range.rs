//! `queryTimeRange`: length of the query window (spec 7.3).

use super::{Example, Function, Group, Kind};

/// `queryTimeRange()` and what is known about it before it runs.
pub static QUERY_TIME_RANGE: Function = Function {
    name: "queryTimeRange",
    aliases: &[],
    group: Group::General,
    documented: true,
    syntax: "queryTimeRange()",
    summary: "Length of the time window of the query, in milliseconds; missing when the window \
              is open.",
    required: &[],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[Example {
        query: "stats sum(bytes) * 8000 / queryTimeRange() as bitsPerSecond",
        shows: "mean rate over the whole window",
    }],
};
