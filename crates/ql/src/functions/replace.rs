//! `replace`: replaced text (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `replace(s, find, replacement)` and what is known about it before it runs.
pub static REPLACE: Function = Function {
    name: "replace",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "replace(s, find, replacement)",
    summary: "The text with every occurrence of `find` replaced, literally. Empty `find` \
              changes nothing.",
    required: &[Param::Value, Param::Value, Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"replace("a.b.c", ".", "-")"#, Some("a-b-c")),
        (r#"replace("abc", "x", "-")"#, Some("abc")),
        (r#"replace("abc", "", "-")"#, Some("abc")),
    ],
    queries: &[],
};
