//! `base64encode`: text to base64 (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `base64encode(s)` and what is known about it before it runs.
pub static BASE64ENCODE: Function = Function {
    name: "base64encode",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "base64encode(s)",
    summary: "The UTF-8 bytes in base64, standard alphabet with padding.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"base64encode("abc")"#, Some("YWJj")),
        (r#"base64encode("a")"#, Some("YQ==")),
        (r#"base64encode("")"#, Some("")),
    ],
    queries: &[],
};
