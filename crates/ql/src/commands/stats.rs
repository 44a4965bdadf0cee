//! `stats`: aggregates rows, also in groups.

use super::Command;
use crate::codes;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::{StageKind, Stats};
use crate::token::TokenKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "stats",
    aliases: &[],
    syntax: "stats expression [as name], … [by expression [as name], … [offset period]]",
    summary: "computes aggregates over all rows or over groups; later stages see only what it produces",
    examples: &[
        Example {
            query: "stats count(*) by dstPort",
            shows: "one number for each group",
        },
        Example {
            query: "stats sum(bytes) as volume, avg(packets) as packets by srcAddr, bin(5m)",
            shows: "a series for each source",
        },
        Example {
            query: r#"stats sum(action = "REJECT") / count(*) * 100 as rejected by dstPort"#,
            shows: "arithmetic over aggregates",
        },
        Example {
            query: "stats sum(bytes) as volume by bin(5m) as time | stats max(volume) as peak by datefloor(time, 1h)",
            shows: "an aggregate of aggregates",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let outputs = parser.aliased_list()?;
    let mut by = Vec::new();
    let mut offset = None;
    if parser.at_word("group") && parser.peek_after(1).kind == TokenKind::Word {
        // AWS samples write `group by`; a field of that name cannot stand here.
        let group = parser.advance();
        if !parser.at_word("by") {
            return Err(parser.expected("`by` after `group`"));
        }
        parser.warn(
            codes::LEGACY_FORM,
            group.span,
            "`group by` is read as `by`",
            "write `by`",
        );
    }
    if parser.take_word("by").is_some() {
        by = parser.aliased_list()?;
        if parser.take_word("offset").is_some() {
            offset = Some(parser.period("a period after `offset`")?.0);
        }
    }
    Ok(StageKind::Stats(Stats {
        outputs,
        by,
        offset,
    }))
}
