//! `bin`: event time cut to a period (spec 7.2).

use super::{Example, Function, Group, Kind, Param};

/// `bin(period)` and what is known about it before it runs.
pub static BIN: Function = Function {
    name: "bin",
    aliases: &[],
    group: Group::DateTime,
    documented: true,
    syntax: "bin(period)",
    summary: "`@timestamp` cut down to a multiple of the period, in UTC; weeks start on \
              Monday. The count is clamped as AWS does: at most 1000 ms, 60 s, 60 m, 24 h.",
    required: &[Param::Period],
    optional: &[],
    variadic: false,
    returns: Kind::Time,
    examples: &[],
    queries: &[
        Example {
            query: "stats count(*) as flows by bin(5m)",
            shows: "events in five-minute steps",
        },
        Example {
            query: "stats sum(bytes) as b by bin(1h) as hour | sort hour",
            shows: "bytes per hour, oldest first",
        },
    ],
};
