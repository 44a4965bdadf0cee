//! `topk`: the most frequent values (spec 7.7).

use super::{Example, Function, Group, Kind, Param};

/// `topk(k, f)` and what is known about it before it runs.
pub static TOPK: Function = Function {
    name: "topk",
    aliases: &[],
    group: Group::Aggregate,
    documented: true,
    syntax: "topk(k, f)",
    summary: "The `k` most frequent values (1 to 10000). It stands alone in its `stats`, \
              without `by`. Exact up to 100,000 different values, an estimate beyond.",
    required: &[Param::ConstantNumber, Param::Value],
    optional: &[],
    variadic: false,
    returns: Kind::Structure,
    examples: &[],
    queries: &[
        Example {
            query: "stats topk(10, dstPort)",
            shows: "the ten most frequent ports",
        },
        Example {
            query: "stats topk(3, concat(srcAddr, ' ', dstAddr)) as pairs | unnest pairs into pair",
            shows: "a row for each",
        },
        Example {
            query: "filter action = 'REJECT' | stats topk(5, srcAddr) as sources",
            shows: "of some events",
        },
    ],
};
