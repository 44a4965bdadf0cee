//! `urlencode`: percent-encoded text (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `urlencode(s)` and what is known about it before it runs.
pub static URLENCODE: Function = Function {
    name: "urlencode",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "urlencode(s)",
    summary: "Percent-encodes the UTF-8 bytes of everything but letters, digits and `-`, `.`, \
              `_`, `~`; a blank becomes `%20`.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"urlencode("a b/c")"#, Some("a%20b%2Fc")),
        (r#"urlencode("é")"#, Some("%C3%A9")),
        (r#"urlencode("my-app_1.0~")"#, Some("my-app_1.0~")),
    ],
    queries: &[],
};
