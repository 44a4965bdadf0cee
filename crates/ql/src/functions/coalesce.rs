//! `coalesce`: the first value that exists (spec 7.3).

use super::{Function, Group, Kind, Param};

/// `coalesce(a[, b, …])` and what is known about it before it runs.
pub static COALESCE: Function = Function {
    name: "coalesce",
    aliases: &[],
    group: Group::General,
    documented: true,
    syntax: "coalesce(a[, b, …])",
    summary: "The first argument that is not missing. Empty text is a value.",
    required: &[Param::Value],
    optional: &[],
    variadic: true,
    returns: Kind::Any,
    examples: &[
        (r#"coalesce(toNumber("x"), "d")"#, Some("d")),
        (r#"coalesce("", "d")"#, Some("")),
        (r#"coalesce(toNumber("x"))"#, None),
    ],
    queries: &[],
};
