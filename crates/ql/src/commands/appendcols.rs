//! `appendcols`: the columns of another query beside these.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;
use crate::token::TokenKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "appendcols",
    aliases: &[],
    syntax: "appendcols [override=false] [max=10000] (query)",
    summary: "runs a query and puts its columns beside the rows, first row to first row; a column that exists stays unless `override=true`",
    examples: &[
        Example {
            query: "stats count(*) as here | appendcols (SOURCE 'other' | stats count(*) as there)",
            shows: "two counts in one row",
        },
        Example {
            query: "stats sum(bytes) as volume by srcAddr | appendcols max=10 (SOURCE 'other' | fields name)",
            shows: "at most ten rows",
        },
        Example {
            query: "fields a | appendcols override=true (SOURCE 'other' | fields a)",
            shows: "replaces columns of the same name",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let options = parser.options(&["override", "max"])?;
    parser.expect(TokenKind::LeftParen, "a query in parentheses")?;
    let query = parser.inner_query()?;
    Ok(StageKind::AppendCols { options, query })
}
