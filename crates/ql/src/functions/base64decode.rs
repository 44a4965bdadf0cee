//! `base64decode`: base64 to text (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `base64decode(s)` and what is known about it before it runs.
pub static BASE64DECODE: Function = Function {
    name: "base64decode",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "base64decode(s)",
    summary: "The text behind base64 of the standard alphabet. Broken base64, or bytes that \
              are no UTF-8 text, give a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"base64decode("YWJj")"#, Some("abc")),
        (r#"base64decode("YQ==")"#, Some("a")),
        (r#"base64decode("!")"#, None),
        (r#"base64decode("/w==")"#, None),
    ],
    queries: &[],
};
