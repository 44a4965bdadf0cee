//! `toNumber`: text to number (spec 7.1).

use super::{Function, Group, Kind, Param};

/// `toNumber(s)` and what is known about it before it runs.
pub static TO_NUMBER: Function = Function {
    name: "toNumber",
    aliases: &[],
    group: Group::Numeric,
    documented: true,
    syntax: "toNumber(s)",
    summary: "Converts text to a number and keeps its decimals. The whole text must be a \
              decimal number, without blanks around it; anything else gives a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        (r#"toNumber("12.5")"#, Some("12.5")),
        (r#"toNumber("1e3")"#, Some("1000")),
        (r#"toNumber(" 7")"#, None),
        (r#"toNumber("x")"#, None),
    ],
    queries: &[],
};
