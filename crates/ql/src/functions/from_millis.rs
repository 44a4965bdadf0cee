//! `fromMillis`: epoch milliseconds to time (spec 7.2).

use super::{Function, Group, Kind, Param};

/// `fromMillis(n)` and what is known about it before it runs.
pub static FROM_MILLIS: Function = Function {
    name: "fromMillis",
    aliases: &[],
    group: Group::DateTime,
    documented: true,
    syntax: "fromMillis(n)",
    summary: "The time that lies `n` milliseconds after 1970-01-01 00:00 UTC.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Time,
    examples: &[
        ("fromMillis(0)", Some("1970-01-01 00:00:00.000")),
        (
            r#"fromMillis("1709210096000")"#,
            Some("2024-02-29 12:34:56.000"),
        ),
        (r#"fromMillis("x")"#, None),
    ],
    queries: &[],
};
