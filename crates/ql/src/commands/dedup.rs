//! `dedup`: the first row of each combination.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "dedup",
    aliases: &[],
    syntax: "dedup field, …",
    summary: "keeps the first row, in the current order, of each combination of values; only limit may follow",
    examples: &[
        Example {
            query: "fields @timestamp, srcAddr | sort @timestamp desc | dedup srcAddr",
            shows: "the newest event of each source",
        },
        Example {
            query: "fields srcAddr, dstPort | dedup srcAddr, dstPort | limit 100",
            shows: "distinct pairs",
        },
        Example {
            query: "filter ispresent(interfaceId) | dedup interfaceId",
            shows: "one event for each interface",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    parser.field_list().map(StageKind::Dedup)
}
