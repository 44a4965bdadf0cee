//! `latest`: value of the latest event (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `latest(f)` and what is known about it before it runs.
pub static LATEST: Function = Function {
    name: "latest",
    aliases: &[],
    group: Group::Selector,
    documented: true,
    syntax: "latest(f)",
    summary: "The value in the event with the largest `@timestamp`. `latest(@timestamp)` \
              prints epoch milliseconds.",
    required: &[Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Any,
    examples: &[],
    queries: &[Example {
        query: "stats latest(logStatus) as status by interfaceId",
        shows: "last status of each interface",
    }],
};
