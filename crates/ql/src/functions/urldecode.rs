//! `urldecode`: percent-decoded text (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `urldecode(s)` and what is known about it before it runs.
pub static URLDECODE: Function = Function {
    name: "urldecode",
    aliases: &[],
    group: Group::Text,
    documented: true,
    syntax: "urldecode(s)",
    summary: "Decodes percent-encoding, as in the tag fields of flow logs; `+` stays. Broken \
              encoding gives a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"urldecode("my%2Dapp")"#, Some("my-app")),
        (r#"urldecode("%C3%A9")"#, Some("é")),
        (r#"urldecode("100%")"#, None),
    ],
    queries: &[],
};
