//! `limit` and `limit any`: the first rows, or any rows.

use super::Command;
use crate::codes;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "limit",
    aliases: &["head"],
    syntax: "limit count",
    summary: "keeps the first rows; without a limit a query gives 10,000 rows, and 100,000 at most",
    examples: &[
        Example {
            query: "fields @timestamp, @message | limit 20",
            shows: "the twenty newest events",
        },
        Example {
            query: r#"filter action = "REJECT" | sort @timestamp asc | limit 5"#,
            shows: "the five oldest rejects",
        },
        Example {
            query: "stats count(*) as records by dstPort | sort records desc | limit 3",
            shows: "the three busiest ports",
        },
    ],
    parse,
};

/// `limit any`, which is listed apart because it is a command of its own to its readers.
pub(crate) static ANY: Command = Command {
    name: "limit any",
    aliases: &[],
    syntax: "limit any count",
    summary: "keeps any rows and stops reading as soon as it has enough; not for use with sort",
    examples: &[
        Example {
            query: "limit any 3",
            shows: "three events, whichever come first",
        },
        Example {
            query: r#"filter action = "REJECT" | limit any 10"#,
            shows: "ten rejects without reading everything",
        },
        Example {
            query: "fields srcAddr, dstPort | filter dstPort = 22 | limit any 1",
            shows: "whether there is any such event",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let keyword = parser.keyword();
    let head = parser.text_of(keyword).eq_ignore_ascii_case("head");
    let any = !head && parser.take_word("any").is_some();
    let (count, count_span) = parser.integer("a number of rows")?;
    if head {
        parser.warn(
            codes::LEGACY_FORM,
            keyword,
            "`head` is an old spelling of `limit`",
            format!("write `limit {count}`"),
        );
    }
    Ok(StageKind::Limit {
        count,
        any,
        count_span,
    })
}
