//! `display`: chooses the columns shown.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "display",
    aliases: &[],
    syntax: "display expression [as name], …",
    summary: "shows these columns and no others; the last display of a query wins",
    examples: &[
        Example {
            query: "display srcAddr, dstAddr, bytes",
            shows: "three columns and nothing else",
        },
        Example {
            query: "fields bytes * 8 as bits | display interfaceId, bits",
            shows: "columns defined earlier",
        },
        Example {
            query: "stats sum(bytes) as volume, count(*) as records by dstPort | display dstPort, volume",
            shows: "hides a column of the aggregation",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    parser.aliased_list().map(StageKind::Display)
}
