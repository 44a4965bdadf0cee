//! `sum`: sum (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `sum(f)` and what is known about it before it runs.
pub static SUM: Function = Function {
    name: "sum",
    aliases: &[],
    group: Group::Aggregate,
    documented: true,
    syntax: "sum(f)",
    summary: "Sum of the numbers; a condition counts the rows in which it holds. Missing and \
              non-numeric values are skipped; without any number the result is missing.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[],
    queries: &[
        Example {
            query: "stats sum(bytes) as b by srcAddr | sort b desc",
            shows: "bytes by source",
        },
        Example {
            query: r#"stats sum(action = "REJECT") as rejects by dstPort"#,
            shows: "rejected flows by port",
        },
    ],
};
