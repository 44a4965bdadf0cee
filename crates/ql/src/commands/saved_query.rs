//! `$name(…)`: the stages of a saved query.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;
use crate::token::TokenKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "$name",
    aliases: &[],
    syntax: "$name(parameter = value, …)",
    summary: "stands for the stages of a saved query; its parameters are values, and those that are left out have their defaults",
    examples: &[
        Example {
            query: "$TopTalkers()",
            shows: "without parameters",
        },
        Example {
            query: r#"$Rejected(port = 22, action = "REJECT") | limit 10"#,
            shows: "with parameters",
        },
        Example {
            query: r#"$`My query`(level = "WARN") | stats count(*) by srcAddr"#,
            shows: "a name with a space",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let name = parser.name("the name of a saved query after `$`")?;
    parser.expect(TokenKind::LeftParen, "`(` after the name of a saved query")?;
    let mut arguments = Vec::new();
    if !parser.at_kind(TokenKind::RightParen) {
        arguments = parser.comma_list(|parser| {
            let parameter = parser.name("a parameter")?;
            parser.expect(TokenKind::Equal, "`=` after a parameter")?;
            Ok((parameter, parser.literal("a value")?.0))
        })?;
    }
    parser.expect(TokenKind::RightParen, "`,` or `)`")?;
    parser.note_saved(&name, &arguments);
    Ok(StageKind::SavedQuery { name, arguments })
}
