//! `countDistinct`: number of different values (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `countDistinct(f)` and what is known about it before it runs.
pub static COUNT_DISTINCT: Function = Function {
    name: "countDistinct",
    aliases: &["count_distinct"],
    group: Group::Aggregate,
    documented: true,
    syntax: "countDistinct(f)",
    summary: "Number of different values, as printed; missing values do not count. Exact up to 10,000 \
              in a group, beyond with an error of about 1%.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[Example {
        query: "stats countDistinct(dstPort) as ports by srcAddr | sort ports desc",
        shows: "sources that try many ports",
    }],
};
