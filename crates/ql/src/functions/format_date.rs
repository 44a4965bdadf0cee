//! `formatDate`: time to text (spec 7.2).

use super::{Function, Group, Kind, Param};

/// `formatDate(time, format[, zone])` and what is known about it before it runs.
pub static FORMAT_DATE: Function = Function {
    name: "formatDate",
    aliases: &["strftime"],
    group: Group::DateTime,
    documented: true,
    syntax: "formatDate(time, format[, zone])",
    summary: "Prints a time by a strftime pattern (`%Y-%m-%d %H:%M`). The zone is a name such \
              as `Europe/Berlin`, UTC by default. A number counts as epoch milliseconds.",
    required: &[Param::Value, Param::ConstantText],
    optional: &[Param::ConstantText],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (
            r#"formatDate(fromMillis(1709210096000), "%Y-%m-%d")"#,
            Some("2024-02-29"),
        ),
        (
            r#"formatDate(1709210096000, "%H:%M:%S", "Europe/Berlin")"#,
            Some("13:34:56"),
        ),
        (r#"formatDate("x", "%Y")"#, None),
    ],
    queries: &[],
};
