//! `filldown`: the last value in place of missing ones.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::{Name, StageKind};
use crate::token::TokenKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "filldown",
    aliases: &[],
    syntax: "filldown [field …]",
    summary: "puts the last value of a field, in the current order, where it is missing; a name with stars chooses among the columns shown so far, no name means all of them; names are separated by spaces",
    examples: &[
        Example {
            query: "fields @timestamp, host, cpu | sort @timestamp | filldown",
            shows: "all fields",
        },
        Example {
            query: "fields @timestamp, host, cpu_user, cpu_system | filldown host cpu*",
            shows: "a name and a wildcard",
        },
        Example {
            query: "fields @timestamp, instanceId | filldown instanceId",
            shows: "one field",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let mut names = Vec::new();
    while !parser.at_stage_end() {
        names.push(wildcard(parser)?);
    }
    Ok(StageKind::FillDown(names))
}

/// A name with stars: everything up to the next white space.
fn wildcard(parser: &mut Parser<'_>) -> Parse<Name> {
    let first = parser.peek().span;
    let mut text = String::new();
    let mut span = first;
    while matches!(
        parser.peek().kind,
        TokenKind::Word
            | TokenKind::Quoted
            | TokenKind::DigitWord
            | TokenKind::Star
            | TokenKind::Dot
    ) && (text.is_empty() || parser.peek().span.start == span.end)
    {
        let part = parser.advance().span;
        text.push_str(&parser.text_of(part).replace('`', ""));
        span = first.to(part);
    }
    if text.is_empty() {
        let error = parser.expected("a field, with or without `*`");
        return Err(match parser.peek().kind {
            TokenKind::Comma => error.with_help("the fields are separated by spaces"),
            _ => error,
        });
    }
    Ok(Name { text, span })
}
