//! `sort`: orders rows.

use super::Command;
use crate::codes;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::{SortKey, StageKind};

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "sort",
    aliases: &["order"],
    syntax: "sort [by] expression [asc|desc], …",
    summary: "orders rows, ascending unless desc is written; text comes before numbers, missing values before both",
    examples: &[
        Example {
            query: "fields @timestamp, @message | sort @timestamp desc",
            shows: "newest first",
        },
        Example {
            query: "stats sum(bytes) as volume by srcAddr | sort volume desc | limit 10",
            shows: "the ten largest talkers",
        },
        Example {
            query: "fields dstPort, bytes | sort dstPort, bytes desc",
            shows: "two keys, each with its own direction",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let keyword = parser.keyword();
    let by = parser.take_word("by");
    if parser.text_of(keyword).eq_ignore_ascii_case("order") {
        let span = by.map_or(keyword, |by| keyword.to(by.span));
        let written = parser.text_of(span);
        parser.warn(
            codes::LEGACY_FORM,
            span,
            format!("`{written}` is an old spelling of `sort`"),
            "write `sort`",
        );
    }
    parser.comma_list(key).map(StageKind::Sort)
}

fn key(parser: &mut Parser<'_>) -> Parse<SortKey> {
    let expr = parser.expression()?;
    let descending = parser.take_word("desc").is_some();
    if !descending {
        parser.take_word("asc");
    }
    Ok(SortKey { expr, descending })
}
