//! `md5`: MD5 hash (spec 7.9).

use super::{Function, Group, Kind, Param};

/// `md5(s)` and what is known about it before it runs.
pub static MD5: Function = Function {
    name: "md5",
    aliases: &[],
    group: Group::Hash,
    documented: true,
    syntax: "md5(s)",
    summary: "MD5 hash of the UTF-8 bytes, in lower-case hexadecimal.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (r#"md5("abc")"#, Some("900150983cd24fb0d6963f7d28e17f72")),
        (r#"md5("")"#, Some("d41d8cd98f00b204e9800998ecf8427e")),
    ],
    queries: &[],
};
