//! `jsonParse`: JSON text to map or list (spec 7.4).

use super::{Function, Group, Kind, Param};

/// `jsonParse(s)` and what is known about it before it runs.
pub static JSON_PARSE: Function = Function {
    name: "jsonParse",
    aliases: &[],
    group: Group::Json,
    documented: true,
    syntax: "jsonParse(s)",
    summary: "Reads text as a JSON object or array, whose parts are then reached with `.key`, \
              `` .`odd key` `` and `[index]` (from 0). Anything else gives a missing value.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Structure,
    examples: &[
        (r#"jsonParse('{"a":[1,2]}').a[1]"#, Some("2")),
        (r#"jsonParse('{"a":[1,2]}')"#, Some(r#"{"a":[1,2]}"#)),
        (r#"jsonParse('{"user.id":"u"}').`user.id`"#, Some("u")),
        (r#"jsonParse("42")"#, None),
    ],
    queries: &[],
};
