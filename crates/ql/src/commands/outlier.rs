//! `outlier`: values outside the usual range.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "outlier",
    aliases: &[],
    syntax: "outlier [action=transform|remove] [param=2.5] [uselower=false] [mark=false] field …",
    summary: "puts the bound in place of numbers above Q3 + param × (Q3 − Q1), or removes their rows; with uselower=true also those below Q1 − param × (Q3 − Q1); with mark=true the column outlier tells which rows had one; quartiles are those of all rows, by nearest rank",
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
