//! `strcontains`: whether text holds other text (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `strcontains(s, find[, ignoreCase])` and what is known about it before it runs.
pub static STRCONTAINS: Function = Function {
    name: "strcontains",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "strcontains(s, find[, ignoreCase])",
    summary: "Whether the text holds `find`; with `true` as third argument, regardless of \
              case.",
    required: &[Param::Value, Param::Value],
    optional: &[Param::Flag],
    variadic: false,
    returns: Kind::Boolean,
    examples: &[
        (r#"strcontains("GET /", "GET")"#, Some("1")),
        (r#"strcontains("GET /", "get")"#, Some("0")),
        (r#"strcontains("GET /", "get", true)"#, Some("1")),
    ],
    queries: &[],
};
