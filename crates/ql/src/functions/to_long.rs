//! `toLong`: text to 64-bit integer (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `toLong(s)` and what is known about it before it runs.
pub static TO_LONG: Function = Function {
    name: "toLong",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "toLong(s)",
    summary: "Converts text to a 64-bit integer; the fraction is cut off. What is no number or \
              does not fit gives a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        (r#"toLong("3000000000.7")"#, Some("3000000000")),
        (r#"toLong("-7.9")"#, Some("-7")),
        (r#"toLong("1e19")"#, None),
    ],
    queries: &[],
};
