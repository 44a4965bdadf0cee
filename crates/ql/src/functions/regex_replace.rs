//! `regexReplace`: text replaced by a regular expression (spec 7.6).

use super::{Function, Group, Kind, Param};

/// `regexReplace(s, regex, replacement)` and what is known about it before it runs.
pub static REGEX_REPLACE: Function = Function {
    name: "regexReplace",
    aliases: &["regex_replace"],
    group: Group::Text,
    documented: true,
    syntax: "regexReplace(s, regex, replacement)",
    summary: "The text with every match of an RE2 expression replaced; `\\1` or `$1` in the \
              replacement stands for the first group.",
    required: &[Param::Value, Param::Regex, Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"regexReplace("a1b22", "[0-9]+", "_")"#, Some("a_b_")),
        (r#"regexReplace("k=v", "(k)=(v)", "$2=$1")"#, Some("v=k")),
        (r#"regexReplace("k=v", /(k)=(v)/, "\2=\1")"#, Some("v=k")),
    ],
    queries: &[],
};
