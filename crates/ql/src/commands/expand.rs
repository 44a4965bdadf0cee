//! `expand`: one row per element of a list, in place.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "expand",
    aliases: &[],
    syntax: "expand field",
    summary: "replaces a list by its elements, one row each; what is no list stays as it is",
    examples: &[
        Example {
            query: "expand items | stats count(*) by items",
            shows: "elements of a JSON list",
        },
        Example {
            query: r#"fields split(@message, " ") as words | expand words | stats count(*) by words"#,
            shows: "the words of a line",
        },
        Example {
            query: r#"parse @message /(?<ports>\[.*\])/ | expand ports | stats count(*) by ports"#,
            shows: "a list inside a text",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    parser.postfix("a field").map(StageKind::Expand)
}
