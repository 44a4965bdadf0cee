//! `concat`: joined text (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `concat(a[, b, …])` and what is known about it before it runs.
pub static CONCAT: Function = Function {
    name: "concat",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "concat(a[, b, …])",
    summary: "The printed forms of all arguments, one after the other. A missing argument \
              counts as empty text.",
    required: &[Param::Value],
    optional: &[],
    variadic: true,
    returns: Kind::Text,
    examples: &[
        (r#"concat("a", "-", 1)"#, Some("a-1")),
        (r#"concat("a", toNumber("x"), "b")"#, Some("ab")),
        (r#"concat(toNumber("x"), "b")"#, Some("b")),
    ],
    queries: &[],
};
