//! `fillmissing`: rows for empty bins.

use super::{Availability, Command};
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "fillmissing",
    aliases: &[],
    syntax: "fillmissing [with value for field, …]",
    summary: "adds a row for each bin without data, after a stats that groups by bin",
    examples: &[
        Example {
            query: "stats sum(bytes) as volume by bin(1m) | fillmissing",
            shows: "a row for each minute",
        },
        Example {
            query: "stats sum(bytes) as volume by bin(1m) | fillmissing with 0 for volume",
            shows: "with 0 in the new rows",
        },
        Example {
            query: "stats sum(bytes) as volume, count(*) as records by bin(5m) | fillmissing with 0 for volume, -1 for records",
            shows: "a value for each field",
        },
    ],
    runs: Availability::Later,
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
