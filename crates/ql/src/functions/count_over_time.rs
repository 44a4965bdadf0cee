//! `countOverTime`: events per bin (spec 7.8).

use super::{Example, Function, Group, Kind, Param};

/// `countOverTime(f)` and what is known about it before it runs.
pub static COUNT_OVER_TIME: Function = Function {
    name: "countOverTime",
    aliases: &["count_over_time"],
    group: Group::TimeSeries,
    documented: true,
    syntax: "countOverTime(f)",
    summary: "Number of rows in which the field exists, or of all rows with `*`; the same as \
              `count`.",
    required: &[],
    optional: &[Param::Value],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[
        Example {
            query: "stats countOverTime(bytes) as flows by bin(1m)",
            shows: "flows per minute",
        },
        Example {
            query: "stats countOverTime(*) as events by bin(1h) as hour | accum events as total",
            shows: "all events, and how many so far",
        },
        Example {
            query: "stats countOverTime(bytes) as flows by bin(1d) | fillmissing with 0 for flows",
            shows: "quiet days too",
        },
    ],
};
