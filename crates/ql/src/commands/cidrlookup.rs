//! `cidrlookup`: columns out of a table of address ranges.

use super::Command;
use super::lookup::outputs;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "cidrlookup",
    aliases: &[],
    syntax: "cidrlookup table field [as column] OUTPUT|OUTPUTNEW column [as name], …",
    summary: "adds columns of the table row whose address range holds the field, the smallest range if several do",
    examples: &[
        Example {
            query: "cidrlookup networks srcAddr OUTPUT owner",
            shows: "the owner of an address",
        },
        Example {
            query: "cidrlookup networks srcAddr as cidr OUTPUT region, owner as sourceOwner",
            shows: "the column with the ranges is named",
        },
        Example {
            query: "fields dstAddr | cidrlookup networks dstAddr OUTPUTNEW datacenter",
            shows: "keeps values that exist",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let table = parser.name("the name of a lookup table")?;
    let field = parser.name("a field that holds an address")?;
    // Unlike in `lookup`, the event field comes first.
    let column = parser.alias()?.unwrap_or_else(|| field.clone());
    outputs(parser, table, vec![(column, field)]).map(StageKind::CidrLookup)
}
