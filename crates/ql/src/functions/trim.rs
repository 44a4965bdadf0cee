//! `trim`: text without characters at both ends (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `trim(s[, set])` and what is known about it before it runs.
pub static TRIM: Function = Function {
    name: "trim",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "trim(s[, set])",
    summary: "The text without white space at both ends; with `set`, without any of its \
              characters there, and white space stays.",
    required: &[Param::Value],
    optional: &[Param::Value],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"trim("  a ")"#, Some("a")),
        (r#"trim("xyabcyx", "yx")"#, Some("abc")),
        (r#"trim(" xax ", "x")"#, Some(" xax ")),
    ],
    queries: &[],
};
