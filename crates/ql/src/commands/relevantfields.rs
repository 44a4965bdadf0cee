//! `relevantfields`: what sets some events apart.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "relevantfields",
    aliases: &[],
    syntax: "relevantfields [field, …] where condition",
    summary: "ranks fields by how much they differ between events that meet the condition and the others",
    examples: &[
        Example {
            query: r#"relevantfields where action = "REJECT""#,
            shows: "all fields",
        },
        Example {
            query: r#"relevantfields srcAddr, dstPort, protocol where action = "REJECT""#,
            shows: "some fields",
        },
        Example {
            query: "relevantfields where bytes > 1000000 and dstPort = 443",
            shows: "two conditions",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let fields = if parser.at_word("where") {
        Vec::new()
    } else {
        parser.field_list()?
    };
    if !parser.at_word("where") {
        return Err(parser
            .expected("`where`")
            .with_help("name the events of interest: relevantfields where condition"));
    }
    parser.advance();
    let condition = parser.expression()?;
    Ok(StageKind::RelevantFields { fields, condition })
}
