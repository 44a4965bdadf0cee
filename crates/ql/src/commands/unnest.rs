//! `unnest`: one row per element of a list, in a new field.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "unnest",
    aliases: &[],
    syntax: "unnest list into name",
    summary: "makes one row of each element of a list; an empty list drops the row, a missing one keeps it",
    examples: &[
        Example {
            query: "fields jsonParse(@message) as document | unnest document.events into event | display event.name",
            shows: "the elements of a list in a JSON document",
        },
        Example {
            query: r#"fields split(@message, " ") as words | unnest words into word | stats count(*) by word"#,
            shows: "the words of a line",
        },
        Example {
            query: "fields jsonParse('[80, 443]') as ports | unnest ports into port | fields port",
            shows: "a constant list",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let list = parser.postfix("a list")?;
    if !parser.at_word("into") {
        return Err(parser
            .expected("`into`")
            .with_help("name the new field: unnest list into element"));
    }
    parser.advance();
    let into = parser.name("a name after `into`")?;
    Ok(StageKind::Unnest { list, into })
}
