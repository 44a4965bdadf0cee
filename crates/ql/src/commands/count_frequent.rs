//! `countFrequent`: approximate counts of combinations.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "countFrequent",
    aliases: &["count_frequent"],
    syntax: "countFrequent field, …",
    summary: "counts each combination of values, most frequent first, in the column _approxcount, and leaves nothing else; exact up to 100,000 combinations, then an approximation that is never too high",
    examples: &[
        Example {
            query: "countFrequent dstPort",
            shows: "the most frequent ports",
        },
        Example {
            query: "countFrequent srcAddr, dstAddr",
            shows: "the most frequent pairs",
        },
        Example {
            query: r#"filter action = "REJECT" | count_frequent srcAddr | limit 10"#,
            shows: "the other spelling, after a filter",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    parser.field_list().map(StageKind::CountFrequent)
}
