//! `dateceil`: a time raised to a period (spec 7.2).

use super::{Function, Group, Kind, Param};

/// `dateceil(time, period)` and what is known about it before it runs.
pub static DATECEIL: Function = Function {
    name: "dateceil",
    aliases: &["date_ceil"],
    group: Group::DateTime,
    documented: true,
    syntax: "dateceil(time, period)",
    summary: "A time raised to the next multiple of the period, in UTC; a time on a boundary \
              stays. A number counts as epoch milliseconds. The count is clamped as AWS does: \
              at most 1000 ms, 60 s, 60 m, 24 h.",
    required: &[Param::Value, Param::Period],
    optional: &[],
    variadic: false,
    returns: Kind::Time,
    examples: &[
        (
            "dateceil(fromMillis(5400000), 1h)",
            Some("1970-01-01 02:00:00.000"),
        ),
        (
            "dateceil(fromMillis(3600000), 1h)",
            Some("1970-01-01 01:00:00.000"),
        ),
        (
            "dateceil(1709210096000, 1mo)",
            Some("2024-03-01 00:00:00.000"),
        ),
    ],
    queries: &[],
};
