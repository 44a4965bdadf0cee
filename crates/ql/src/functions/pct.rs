//! `pct`: percentile (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `pct(f, percent)` and what is known about it before it runs.
pub static PCT: Function = Function {
    name: "pct",
    aliases: &[],
    group: Group::Aggregate,
    documented: true,
    syntax: "pct(f, percent)",
    summary: "The value below which `percent` (more than 0, less than 100) of the numbers lie, \
              by nearest rank: exact up to 10,000 numbers in a group, an estimate beyond. Missing \
              and non-numeric values are skipped; without any number the result is missing.",
    required: &[Param::Value, Param::ConstantNumber],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[Example {
        query: "stats pct(bytes, 95) as p95 by bin(5m)",
        shows: "95th percentile in five-minute steps",
    }],
};
