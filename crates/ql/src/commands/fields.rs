//! `fields`: adds columns to the output and defines new fields.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "fields",
    aliases: &[],
    syntax: "fields expression [as name], …",
    summary: "adds columns to the output and defines names for later stages; several fields stages accumulate",
    examples: &[
        Example {
            query: "fields @timestamp, srcAddr, dstAddr, dstPort, action",
            shows: "five columns of a flow log",
        },
        Example {
            query: "fields bytes / packets as size | filter size > 1000",
            shows: "a computed column that a later stage uses",
        },
        Example {
            query: r#"fields concat(srcAddr, ":", srcPort) as source, toupper(action) as verdict"#,
            shows: "functions in columns",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    parser.aliased_list().map(StageKind::Fields)
}
