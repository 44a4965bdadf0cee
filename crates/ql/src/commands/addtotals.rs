//! `addtotals`: sums of rows and columns.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "addtotals",
    aliases: &[],
    syntax: "addtotals [fieldname=name] [row=true] [col=false] [field, …]",
    summary: "adds a column with the sum of the numeric fields of each row, named Total or by fieldname=, and with col=true a last row with the sum of each column; without a list it adds all fields that are shown or that earlier stages made",
    examples: &[
        Example {
            query: "fields bytes, packets | addtotals",
            shows: "a column with the sum of both",
        },
        Example {
            query: "stats sum(bytes) as sent, count(*) as records by srcAddr | addtotals fieldname=total sent, records",
            shows: "a name for the new column",
        },
        Example {
            query: "stats sum(bytes) as sent by srcAddr | addtotals col=true row=false sent",
            shows: "a row with the sum",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let options = parser.options(&["fieldname", "row", "col"])?;
    let fields = if parser.at_stage_end() {
        Vec::new()
    } else {
        parser.field_list()?
    };
    Ok(StageKind::AddTotals { options, fields })
}
