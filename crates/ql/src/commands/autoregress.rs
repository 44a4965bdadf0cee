//! `autoregress`: values of earlier rows.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;
use crate::token::TokenKind;
use crate::{Diagnostic, codes};

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "autoregress",
    aliases: &[],
    syntax: "autoregress field [as name] [p=lag[-lag]]",
    summary: "adds the value that a field had some rows earlier, in the current order, in the column field_p1 or the one that `as` names; several lags make field_p1, field_p2, … or name_p1, name_p2, …; missing where there is no such row",
    examples: &[
        Example {
            query: "fields @timestamp, bytes | sort @timestamp | autoregress bytes",
            shows: "the value of the row before",
        },
        Example {
            query: "fields @timestamp, bytes | sort @timestamp | autoregress bytes p=1-4",
            shows: "four earlier values",
        },
        Example {
            query: "stats sum(bytes) as volume by bin(1m) as time | sort time | autoregress volume as before p=60",
            shows: "the value an hour earlier",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let field = parser.postfix("a field")?;
    let alias = parser.alias()?;
    let mut lags = (1, 1);
    if parser.at_word("p") && parser.at_option() {
        parser.advance();
        parser.advance();
        let (first, first_span) = parser.integer("a number of rows after `p=`")?;
        lags = (first, first);
        if parser.take(TokenKind::Minus).is_some() {
            let (last, last_span) = parser.integer("a number of rows after `-`")?;
            if last < first {
                return Err(Diagnostic::error(
                    codes::BAD_ARGUMENT,
                    first_span.to(last_span),
                    format!("the range {first}-{last} is empty"),
                )
                .with_help("write the smaller number first"));
            }
            lags = (first, last);
        }
    }
    Ok(StageKind::AutoRegress { field, alias, lags })
}
