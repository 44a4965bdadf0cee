//! `join`: rows of another log group beside the rows of this one.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::{Join, StageKind};
use crate::token::TokenKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "join",
    aliases: &[],
    syntax: "join [type=inner|left] left=name right=name where left.field = right.field (SOURCE 'group')",
    summary: "puts the rows of another log group beside the rows with the same key, a row for each partner; columns are called by the name of their side; `type=left` keeps rows without a partner",
    examples: &[
        Example {
            query: "join left=flow right=dns where flow.srcAddr = dns.srcAddr (SOURCE '/aws/route53/resolver')",
            shows: "rows with a partner",
        },
        Example {
            query: "filter dstPort = 443 | join type=left left=flow right=host where flow.instanceId = host.instanceId (SOURCE '/hosts') | fields flow.srcAddr, host.name",
            shows: "all rows of the left side",
        },
        Example {
            query: "fields srcAddr, requestId | join type=inner left=api right=auth where api.requestId = auth.requestId (SOURCE '/aws/lambda/auth') | sort api.srcAddr | limit 50",
            shows: "sorted by a column of the left side",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let options = parser.options(&["type", "left", "right"])?;
    parser.expect_word("where")?;
    let left = parser.field()?;
    parser.expect(TokenKind::Equal, "`=` between the two keys")?;
    let right = parser.field()?;
    parser.expect(
        TokenKind::LeftParen,
        "the right side in parentheses, such as (SOURCE 'group')",
    )?;
    let query = parser.inner_query()?;
    Ok(StageKind::Join(Join {
        options,
        left,
        right,
        query,
    }))
}
