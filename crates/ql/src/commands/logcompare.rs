//! `logcompare`: a window compared with an earlier one.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "logcompare",
    aliases: &[],
    syntax: "logcompare timeshift period",
    summary: "compares the patterns of the window with those of the window shifted back; without `pattern` before it, those of `@message`",
    examples: &[
        Example {
            query: "logcompare timeshift 7d",
            shows: "with a week earlier",
        },
        Example {
            query: r#"parse @message "* * *" as time, level, text | pattern text | logcompare timeshift 1d"#,
            shows: "the patterns of a part with those of a day earlier",
        },
        Example {
            query: r#"filter action = "REJECT" | logcompare timeshift 1 hour"#,
            shows: "an hour earlier",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    parser.expect_word("timeshift")?;
    let (timeshift, _) = parser.period("a period after `timeshift`")?;
    Ok(StageKind::LogCompare { timeshift })
}
