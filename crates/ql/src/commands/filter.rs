//! `filter`: keeps rows whose condition is true.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "filter",
    aliases: &[],
    syntax: "filter condition",
    summary: "keeps rows whose condition is true; a comparison with a missing value is false",
    examples: &[
        Example {
            query: r#"filter action = "REJECT" and dstPort = 22"#,
            shows: "two conditions",
        },
        Example {
            query: "filter dstPort in [80, 443] or protocol = 17",
            shows: "a list of values",
        },
        Example {
            query: r#"filter srcAddr like /^10\.0\./ and not isPrivateIP(dstAddr)"#,
            shows: "a regular expression and a function",
        },
        Example {
            query: "stats count(*) as records by srcAddr | filter records > 100",
            shows: "a condition on aggregated columns",
        },
    ],
    parse,
};

pub(super) fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    parser.expression().map(StageKind::Filter)
}
