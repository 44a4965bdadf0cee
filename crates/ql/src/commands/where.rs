//! `where`: another name of `filter`.

use super::Command;
use crate::functions::Example;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "where",
    aliases: &[],
    syntax: "where condition",
    summary: "keeps rows whose condition is true, exactly like filter",
    examples: &[
        Example {
            query: r#"where action = "REJECT""#,
            shows: "one condition",
        },
        Example {
            query: "where bytes >= 1000 and packets < 10",
            shows: "numeric comparisons",
        },
        Example {
            query: "fields srcAddr, dstPort | where ispresent(dstPort)",
            shows: "rows that have a field",
        },
    ],
    parse: super::filter::parse,
};
