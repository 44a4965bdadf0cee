//! `json`: takes one value out of a JSON text.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "json",
    aliases: &[],
    syntax: "json [field=name] \"path\" as name",
    summary: "takes the value at a path out of a field that holds JSON text; without field= out of @message",
    examples: &[
        Example {
            query: r#"json "detail.srcAddr" as source"#,
            shows: "a value out of @message",
        },
        Example {
            query: r#"json field=requestContext "identity.sourceIp" as caller | stats count(*) by caller"#,
            shows: "a value out of another field",
        },
        Example {
            query: r#"json "items.0.id" as first | display first"#,
            shows: "an element of a list",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let mut input = None;
    if parser.at_word("field") && parser.at_option() {
        parser.advance();
        parser.advance();
        input = Some(parser.postfix("a field after `field=`")?);
    }
    let path = parser.string("a path in quotes")?;
    parser.expect_word("as")?;
    let into = parser.name("a name after `as`")?;
    Ok(StageKind::Json { input, path, into })
}
