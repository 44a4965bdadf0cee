//! `pattern`: groups of similar texts.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "pattern",
    aliases: &[],
    syntax: "pattern field",
    summary: "groups similar texts and shows each pattern with its share, most events first; what varies becomes `<Type-N>`",
    examples: &[
        Example {
            query: "pattern @message",
            shows: "patterns of all messages",
        },
        Example {
            query: "filter @message like /ERROR/ | pattern @message | sort @sampleCount desc",
            shows: "patterns of errors",
        },
        Example {
            query: r#"parse @message "* - *" as level, text | pattern text"#,
            shows: "patterns of a part",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    parser.postfix("a field").map(StageKind::Pattern)
}
