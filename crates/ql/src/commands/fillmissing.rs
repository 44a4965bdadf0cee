//! `fillmissing`: rows for empty bins.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "fillmissing",
    aliases: &[],
    syntax: "fillmissing [with value for field, …]",
    summary: "adds a row for each empty bin, after a stats that groups by bin: from the start to the end of the query's time range, or else from the first to the last bin, for each combination of the other keys; other columns are missing there unless `with` gives them a value; rows are in the order of the keys afterwards",
    examples: &[
        Example {
            query: "stats sum(bytes) as volume by bin(1d) | fillmissing",
            shows: "a row for each day",
        },
        Example {
            query: "stats sum(bytes) as volume by bin(1d) | fillmissing with 0 for volume",
            shows: "with 0 in the new rows",
        },
        Example {
            query: "stats sum(bytes) as volume, count(*) as records by bin(1w) | fillmissing with 0 for volume, -1 for records",
            shows: "a value for each field",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    if parser.take_word("with").is_none() {
        return Ok(StageKind::FillMissing(Vec::new()));
    }
    let values = parser.comma_list(|parser| {
        let (value, _) = parser.literal("a value after `with`")?;
        parser.expect_word("for")?;
        Ok((value, parser.name("a field after `for`")?))
    })?;
    Ok(StageKind::FillMissing(values))
}
