//! `sessionize`: a number for each session.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "sessionize",
    aliases: &[],
    syntax: "sessionize field, … [maxspan period] [as name]",
    summary: "numbers the sessions: a row whose fields are the same as those of an earlier one belongs to its session, unless more than maxspan (30m) lies between them; the number is in session_id or the column that `as` names, and missing where a field or the time is; sessions go by time, whatever the order of rows",
    examples: &[
        Example {
            query: "sessionize srcAddr",
            shows: "sessions of each source",
        },
        Example {
            query: "sessionize srcAddr, dstAddr maxspan 30m as session",
            shows: "pairs, with a longest gap and a name",
        },
        Example {
            query: "sessionize srcAddr maxspan 1h | stats count(*) as records by srcAddr, session_id",
            shows: "what each session did",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let fields = parser.field_list()?;
    let mut maxspan = None;
    if parser.take_word("maxspan").is_some() {
        maxspan = Some(parser.period("a period after `maxspan`")?.0);
    }
    let alias = parser.alias()?;
    Ok(StageKind::Sessionize {
        fields,
        maxspan,
        alias,
    })
}
