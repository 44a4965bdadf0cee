//! `unmask`: shows data that a protection policy hides.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "unmask",
    aliases: &[],
    syntax: "unmask field, …",
    summary: "shows the unmasked value of fields; where nothing is masked it changes nothing",
    examples: &[
        Example {
            query: "unmask @message",
            shows: "the whole message",
        },
        Example {
            query: "fields srcAddr, dstAddr | unmask srcAddr",
            shows: "one field",
        },
        Example {
            query: "fields @timestamp, unmask(@message)",
            shows: "the function of the same name",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    parser.field_list().map(StageKind::Unmask)
}
