//! `split`: text to list (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `split(s, delimiter)` and what is known about it before it runs.
pub static SPLIT: Function = Function {
    name: "split",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "split(s, delimiter)",
    summary: "A list of the parts between the delimiters, taken literally. An empty delimiter \
              gives the whole text as the only part.",
    required: &[Param::Value, Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Structure,
    examples: &[
        (r#"split("a,b,,c", ",")"#, Some(r#"["a","b","","c"]"#)),
        (r#"split("abc", ",")"#, Some(r#"["abc"]"#)),
        (r#"split("a.b", ".")[1]"#, Some("b")),
    ],
    queries: &[],
};
