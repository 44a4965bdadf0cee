//! `datefloor`: a time cut to a period (spec 7.2).

use super::{Function, Group, Kind, Param};

/// `datefloor(time, period)` and what is known about it before it runs.
pub static DATEFLOOR: Function = Function {
    name: "datefloor",
    aliases: &["date_floor"],
    group: Group::DateTime,
    documented: true,
    syntax: "datefloor(time, period)",
    summary: "A time cut down to a multiple of the period, in UTC; weeks start on Monday. A \
              number counts as epoch milliseconds. The count is clamped as AWS does: at most \
              1000 ms, 60 s, 60 m, 24 h.",
    required: &[Param::Value, Param::Period],
    optional: &[],
    variadic: false,
    returns: Kind::Time,
    examples: &[
        (
            "datefloor(fromMillis(5400000), 1h)",
            Some("1970-01-01 01:00:00.000"),
        ),
        (
            "datefloor(1709210096000, 1mo)",
            Some("2024-02-01 00:00:00.000"),
        ),
        (
            "datefloor(1709210096000, 1w)",
            Some("2024-02-26 00:00:00.000"),
        ),
    ],
    queries: &[],
};
