//! `case`: a choice by conditions (spec 7.3).

use super::{Function, Group, Kind, Param};

/// `case(condition, value[, condition, value, …][, default])` and what is known about it before it runs.
pub static CASE: Function = Function {
    name: "case",
    aliases: &[],
    group: Group::General,
    documented: true,
    syntax: "case(condition, value[, condition, value, …][, default])",
    summary: "The value of the first condition that is true, else the default, else a missing \
              value. At most 10 branches.",
    required: &[Param::Value, Param::Value],
    optional: &[],
    variadic: true,
    returns: Kind::Any,
    examples: &[
        (r#"case(1 = 2, "a", 1 = 1, "b", "c")"#, Some("b")),
        (r#"case(1 = 2, "a", "c")"#, Some("c")),
        (r#"case(1 = 2, "a")"#, None),
    ],
    queries: &[],
};
