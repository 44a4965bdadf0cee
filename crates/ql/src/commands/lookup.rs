//! `lookup`: columns out of a table, by equal values.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::{Lookup, Name, StageKind};

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "lookup",
    aliases: &[],
    syntax: "lookup table column [as field], … OUTPUT|OUTPUTNEW column [as name], …",
    summary: "adds columns of the first row of a lookup table whose columns equal the fields; OUTPUT clears them where no row does, OUTPUTNEW fills only what is missing or empty",
    examples: &[
        Example {
            query: "lookup ports dstPort OUTPUT service",
            shows: "a column with the service of a port",
        },
        Example {
            query: "lookup hosts address as srcAddr OUTPUT name as sourceName, owner",
            shows: "a column and a field of different names",
        },
        Example {
            query: "fields account, region | lookup owners account, region OUTPUTNEW team",
            shows: "two columns must match",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let table = parser.name("the name of a lookup table")?;
    let matches = parser.comma_list(renamed)?;
    outputs(parser, table, matches).map(StageKind::Lookup)
}

/// `column [as field]`; the field has the column's name when it is not written.
pub(super) fn renamed(parser: &mut Parser<'_>) -> Parse<(Name, Name)> {
    let column = parser.name("a column of the lookup table")?;
    let field = parser.alias()?.unwrap_or_else(|| column.clone());
    Ok((column, field))
}

/// `OUTPUT a, b` or `OUTPUTNEW a, b`, the end of both lookup commands.
pub(super) fn outputs(
    parser: &mut Parser<'_>,
    table: Name,
    matches: Vec<(Name, Name)>,
) -> Parse<Lookup> {
    let overwrite = parser.take_word("OUTPUT").is_some();
    if !overwrite && parser.take_word("OUTPUTNEW").is_none() {
        return Err(parser.expected("`OUTPUT` or `OUTPUTNEW`"));
    }
    let outputs = parser.comma_list(renamed)?;
    Ok(Lookup {
        table,
        matches,
        overwrite,
        outputs,
    })
}
