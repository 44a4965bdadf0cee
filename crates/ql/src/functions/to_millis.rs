//! `toMillis`: time to epoch milliseconds (spec 7.2).

use super::{Function, Group, Kind, Param};

/// `toMillis(time)` and what is known about it before it runs.
pub static TO_MILLIS: Function = Function {
    name: "toMillis",
    aliases: &[],
    group: Group::DateTime,
    documented: true,
    syntax: "toMillis(time)",
    summary: "A time as milliseconds since 1970-01-01 00:00 UTC.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        ("toMillis(fromMillis(0))", Some("0")),
        ("toMillis(datefloor(5400000, 1h))", Some("3600000")),
    ],
    queries: &[],
};
