//! `substr`: part of a text (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `substr(s, start[, length])` and what is known about it before it runs.
pub static SUBSTR: Function = Function {
    name: "substr",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "substr(s, start[, length])",
    summary: "The characters from `start` on, counted from 0. A negative start counts as 0; a \
              start behind the end gives empty text.",
    required: &[Param::Value, Param::Value],
    optional: &[Param::Value],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"substr("abcdef", 2, 3)"#, Some("cde")),
        (r#"substr("abcdef", 2)"#, Some("cdef")),
        (r#"substr("abc", 9)"#, Some("")),
        (r#"substr("abc", -2)"#, Some("abc")),
    ],
    queries: &[],
};
