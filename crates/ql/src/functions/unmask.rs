//! `unmask`: masked data in the clear (spec 5.10).

use super::{Function, Group, Kind, Param};

/// `unmask(f)` and what is known about it before it runs.
pub static UNMASK: Function = Function {
    name: "unmask",
    aliases: &[],
    group: Group::General,
    documented: false,
    syntax: "unmask(f)",
    summary: "The value without the mask of a data protection policy. Nothing is masked here, \
              so it is the value itself.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Any,
    examples: &[(r#"unmask("a")"#, Some("a"))],
    queries: &[],
};
