//! `parseDate`: text to epoch milliseconds (spec 7.2).

use super::{Function, Group, Kind, Param};

/// `parseDate(s, format[, zone])` and what is known about it before it runs.
pub static PARSE_DATE: Function = Function {
    name: "parseDate",
    aliases: &[],
    group: Group::DateTime,
    documented: true,
    syntax: "parseDate(s, format[, zone])",
    summary: "Reads a date by a pattern of Java’s DateTimeFormatter (`yyyy-MM-dd HH:mm:ss`) \
              and gives epoch milliseconds. The zone is a name such as `Europe/Berlin`, UTC by \
              default. Text that does not fit gives a missing value.",
    required: &[Param::Value, Param::ConstantText],
    optional: &[Param::ConstantText],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        (
            r#"parseDate("2024-02-29", "yyyy-MM-dd")"#,
            Some("1709164800000"),
        ),
        (
            r#"parseDate("2024-02-29 12:34:56", "yyyy-MM-dd HH:mm:ss", "Europe/Berlin")"#,
            Some("1709206496000"),
        ),
        (r#"parseDate("yesterday", "yyyy-MM-dd")"#, None),
    ],
    queries: &[],
};
