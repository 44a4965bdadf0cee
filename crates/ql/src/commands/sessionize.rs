//! `sessionize`: a number for each session.

use super::{Availability, Command};
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "sessionize",
    aliases: &[],
    syntax: "sessionize field, … [maxspan period] [as name]",
    summary: "gives each row the id of its session; a session ends when the gap to the next event of the same fields is too long",
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
            query: "fields userId | sessionize userId maxspan 1h | stats count(*) by userId",
            shows: "an hour between sessions",
        },
    ],
    runs: Availability::Later,
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
