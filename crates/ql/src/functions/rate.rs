//! `rate`: change per period (spec 7.8).

use super::{Example, Function, Group, Kind, Param};

/// `rate(f, period)` and what is known about it before it runs.
pub static RATE: Function = Function {
    name: "rate",
    aliases: &[],
    group: Group::TimeSeries,
    documented: true,
    syntax: "rate(f, period)",
    summary: "Change of a number per period: last minus first value of the bin by time, \
              divided by the number of periods in the bin.",
    required: &[Param::Value, Param::Period],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[
        Example {
            query: "stats rate(bytes, 1m) as perMinute by bin(5m)",
            shows: "change per minute in each bin",
        },
        Example {
            query: "stats rate(bytes, 1s) as perSecond by bin(1h) as hour, srcAddr | sort perSecond desc | limit 5",
            shows: "the fastest changes of a source",
        },
        Example {
            query: "stats rate(toMillis(@timestamp), 1h) as pace by bin(1d)",
            shows: "of a computed number",
        },
    ],
};
