//! `sumOverTime`: sum per bin (spec 7.8).

use super::{Example, Function, Group, Kind, Param};

/// `sumOverTime(f)` and what is known about it before it runs.
pub static SUM_OVER_TIME: Function = Function {
    name: "sumOverTime",
    aliases: &["sum_over_time"],
    group: Group::TimeSeries,
    documented: true,
    syntax: "sumOverTime(f)",
    summary: "Sum of the numbers; the same as `sum`.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[
        Example {
            query: "stats sumOverTime(bytes) as b by bin(1m)",
            shows: "bytes per minute",
        },
        Example {
            query: "stats sumOverTime(bytes) / 1048576 as MiB by bin(1h) as hour | autoregress MiB as before",
            shows: "with the hour before",
        },
        Example {
            query: "stats sumOverTime(action = 'REJECT') as refused by bin(5m)",
            shows: "how often a condition holds",
        },
    ],
};
