//! `diff`: patterns compared with an earlier time.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::{DiffWindow, StageKind};

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "diff",
    aliases: &[],
    syntax: "diff [previousDay|previousWeek|previousMonth]",
    summary: "compares the patterns with those of the window just before, or a day, a week or a month earlier; the query needs a start and an end",
    examples: &[
        Example {
            query: "pattern @message | diff",
            shows: "with the window just before",
        },
        Example {
            query: "pattern @message | diff previousDay",
            shows: "with the day before",
        },
        Example {
            query: r#"filter action = "REJECT" | pattern @message | diff previousWeek"#,
            shows: "with the week before",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    if parser.at_stage_end() {
        return Ok(StageKind::Diff(DiffWindow::Previous));
    }
    for (word, window) in [
        ("previousDay", DiffWindow::PreviousDay),
        ("previousWeek", DiffWindow::PreviousWeek),
        ("previousMonth", DiffWindow::PreviousMonth),
    ] {
        if parser.take_word(word).is_some() {
            return Ok(StageKind::Diff(window));
        }
    }
    Err(parser.expected("`previousDay`, `previousWeek`, `previousMonth` or nothing"))
}
