//! `sha256`: SHA-256 hash (spec 7.9).

use super::{Function, Group, Kind, Param};

/// `sha256(s)` and what is known about it before it runs.
pub static SHA256: Function = Function {
    name: "sha256",
    aliases: &[],
    group: Group::Hash,
    documented: true,
    syntax: "sha256(s)",
    summary: "SHA-256 hash of the UTF-8 bytes, in lower-case hexadecimal.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Text,
    examples: &[
        (
            r#"sha256("abc")"#,
            Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ),
        (
            r#"sha256("")"#,
            Some("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ),
    ],
    queries: &[],
};
