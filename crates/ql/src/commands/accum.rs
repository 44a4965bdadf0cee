//! `accum`: a running sum.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "accum",
    aliases: &[],
    syntax: "accum field [as name]",
    summary: "adds the running sum of a field in the current order; without a name it replaces the field; where the field is no number the cell is missing and the sum goes on",
    examples: &[
        Example {
            query: "fields @timestamp, bytes | sort @timestamp | accum bytes as total",
            shows: "bytes so far",
        },
        Example {
            query: "stats count(*) as records by bin(1h) as hour | sort hour | accum records as sofar",
            shows: "records so far",
        },
        Example {
            query: "fields packets | accum packets",
            shows: "in place",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let field = parser.postfix("a field")?;
    let alias = parser.alias()?;
    Ok(StageKind::Accum { field, alias })
}
