//! `estimate`: how much a query would read.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "estimate",
    aliases: &[],
    syntax: "estimate",
    summary: "shows how many bytes the query would read, in the column estimatedBytes, and reads nothing; must be last; the size of standard input is not known, which is an error",
    examples: &[
        Example {
            query: "estimate",
            shows: "of everything",
        },
        Example {
            query: r#"filter action = "REJECT" | estimate"#,
            shows: "of a filter",
        },
        Example {
            query: "stats sum(bytes) by srcAddr | estimate",
            shows: "of an aggregation",
        },
    ],
    parse,
};

fn parse(_parser: &mut Parser<'_>) -> Parse<StageKind> {
    Ok(StageKind::Estimate)
}
