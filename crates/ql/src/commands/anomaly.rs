//! `anomaly`: unusual patterns.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "anomaly",
    aliases: &[],
    syntax: "anomaly",
    summary: "adds what is unusual about each pattern in the last quarter of the time: frequency, new pattern, new value, number, HTTP errors",
    examples: &[
        Example {
            query: "pattern @message | anomaly",
            shows: "unusual patterns of all messages",
        },
        Example {
            query: r#"filter action = "REJECT" | pattern @message | anomaly"#,
            shows: "after a filter",
        },
        Example {
            query: "pattern @message | filter @sampleCount > 10 | anomaly",
            shows: "of frequent patterns",
        },
    ],
    parse,
};

fn parse(_parser: &mut Parser<'_>) -> Parse<StageKind> {
    Ok(StageKind::Anomaly)
}
