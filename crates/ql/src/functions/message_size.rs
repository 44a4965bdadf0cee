//! `messageSize`: length in bytes (spec 7.3).

use super::{Function, Group, Kind, Param};

/// `messageSize(f)` and what is known about it before it runs.
pub static MESSAGE_SIZE: Function = Function {
    name: "messageSize",
    aliases: &[],
    group: Group::General,
    documented: true,
    syntax: "messageSize(f)",
    summary: "Length in UTF-8 bytes; `strlen` counts characters.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Number,
    examples: &[
        (r#"messageSize("aé𝄞")"#, Some("7")),
        (r#"messageSize("")"#, Some("0")),
        ("messageSize(1234)", Some("4")),
    ],
    queries: &[],
};
