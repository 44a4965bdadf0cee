//! `values`: all different values (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `values(f)` and what is known about it before it runs.
pub static VALUES: Function = Function {
    name: "values",
    aliases: &["collect_values"],
    group: Group::Aggregate,
    documented: true,
    syntax: "values(f)",
    summary: "The different values of the group in the order of `sort`, printed with commas between \
              them: the first 10,000, with a warning where there are more.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Structure,
    examples: &[],
    queries: &[
        Example {
            query: "stats values(dstPort) as ports by srcAddr",
            shows: "ports that each source reached",
        },
        Example {
            query: "stats values(srcAddr) as sources by dstPort | unnest sources into source",
            shows: "a row for each",
        },
        Example {
            query: "stats values(action) as actions, count(*) as flows by bin(1d)",
            shows: "beside other aggregates",
        },
    ],
};
