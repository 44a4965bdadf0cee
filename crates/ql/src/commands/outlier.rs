//! `outlier`: values outside the usual range.

use super::{Availability, Command};
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "outlier",
    aliases: &[],
    syntax: "outlier [action=transform|remove] [param=2.5] [uselower=false] [mark=false] field …",
    summary: "removes or clamps values beyond a multiple of the inter-quartile range",
    examples: &[
        Example {
            query: "fields bytes | outlier bytes",
            shows: "clamps large values",
        },
        Example {
            query: "fields bytes, packets | outlier action=remove param=3.0 uselower=true bytes packets",
            shows: "removes rows, on both sides",
        },
        Example {
            query: "stats sum(bytes) as volume by srcAddr | outlier mark=true volume",
            shows: "marks rows",
        },
    ],
    runs: Availability::Later,
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let options = parser.options(&["action", "param", "uselower", "mark"])?;
    if parser.at_stage_end() {
        return Err(parser.expected("a field"));
    }
    let fields = parser.spaced_fields()?;
    Ok(StageKind::Outlier { options, fields })
}
