//! `histogram`: buckets of equal width (spec 7.8).

use super::{Example, Function, Group, Kind, Param};

/// `histogram(f, width)` and what is known about it before it runs.
pub static HISTOGRAM: Function = Function {
    name: "histogram",
    aliases: &[],
    group: Group::TimeSeries,
    documented: true,
    syntax: "histogram(f, width)",
    summary: "For `by`: the lower bound of the bucket of the given width that holds the \
              number.",
    required: &[Param::Value, Param::ConstantNumber],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[
        Example {
            query: "stats count(*) as flows by histogram(bytes, 1000)",
            shows: "flows by size in steps of 1000 bytes",
        },
        Example {
            query: "stats count(*) as flows by histogram(bytes / packets, 100) as size | sort size",
            shows: "of a computed number",
        },
        Example {
            query: "stats sum(bytes) by histogram(srcPort, 1024), action",
            shows: "beside another key",
        },
    ],
};
