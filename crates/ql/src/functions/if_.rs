//! `if`: a choice by one condition (spec 7.3).

use super::{Function, Group, Kind, Param};

/// `if(condition, then, else)` and what is known about it before it runs.
pub static IF: Function = Function {
    name: "if",
    aliases: &[],
    group: Group::General,
    documented: true,
    syntax: "if(condition, then, else)",
    summary: "`then` if the condition is true, else `else`. A missing condition counts as \
              false.",
    required: &[Param::Value, Param::Value, Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Any,
    examples: &[
        (r#"if(2 > 1, "yes", "no")"#, Some("yes")),
        (r#"if(0, "yes", "no")"#, Some("no")),
        (r#"if(toNumber("x"), "yes", "no")"#, Some("no")),
    ],
    queries: &[],
};
