//! `SOURCE`: what is searched.

use super::Command;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::{Literal, Name, Source, SourceItem, StageKind, StringLiteral};
use crate::token::TokenKind;
use crate::{Diagnostic, codes};

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "SOURCE",
    aliases: &[],
    syntax: "SOURCE 'group' | logGroups(…) | dataSource([…]) | logGroupTags([…]) [start=time] [end=time]",
    summary: "chooses log groups by name, prefix, account, class, data source or tag; stands first",
    examples: &[
        Example {
            query: "SOURCE '/vpc/flow-logs' | stats count(*) by action",
            shows: "one log group",
        },
        Example {
            query: "SOURCE logGroups(namePrefix: ['/vpc/'], class: ['STANDARD']) | limit 20",
            shows: "all groups with a prefix",
        },
        Example {
            query: "SOURCE dataSource(['amazon_vpc.flow']) | filter action = 'REJECT'",
            shows: "all groups of a kind",
        },
        Example {
            query: r#"SOURCE logGroupTags([{"key": "team", "values": ["net"]}]) | limit 5"#,
            shows: "all groups with a tag",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let mut source = Source::default();
    let first = parser.peek().span;
    while !parser.at_stage_end() {
        if parser.at_option() && (parser.at_word("start") || parser.at_word("end")) {
            let start = parser.at_word("start");
            parser.advance();
            parser.advance();
            let time = bare(parser, "a time such as -1d or now")?;
            if start {
                source.start = Some(time);
            } else {
                source.end = Some(time);
            }
        } else {
            source.items.push(item(parser)?);
        }
    }
    if source.items.is_empty() {
        return Err(parser.expected(
            "a log group in quotes, `logGroups(…)`, `dataSource(…)` or `logGroupTags(…)`",
        ));
    }
    source.span = Some(first.to(parser.end_of_last()));
    Ok(StageKind::Source(source))
}

fn item(parser: &mut Parser<'_>) -> Parse<SourceItem> {
    let token = parser.peek();
    if token.kind == TokenKind::Text {
        let StringLiteral { text, span } = parser.string("a log group")?;
        return Ok(SourceItem::LogGroup(Name { text, span }));
    }
    if token.kind == TokenKind::Word && parser.peek_after(1).kind == TokenKind::LeftParen {
        let word = parser.text_of(token.span).to_ascii_lowercase();
        parser.advance();
        parser.advance();
        let item = match word.as_str() {
            "loggroups" => log_groups(parser)?,
            "datasource" => SourceItem::DataSource(values(parser)?),
            "loggrouptags" => SourceItem::LogGroupTags(tags(parser)?),
            _ => {
                return Err(Diagnostic::error(
                    codes::UNKNOWN_OPTION,
                    token.span,
                    format!("`SOURCE` knows no `{}(…)`", parser.text_of(token.span)),
                )
                .with_help("use logGroups(…), dataSource(…) or logGroupTags(…)"));
            }
        };
        parser.expect(TokenKind::RightParen, "`)`")?;
        return Ok(item);
    }
    bare(parser, "a log group").map(SourceItem::LogGroup)
}

/// `namePrefix: [...], class: [...]`, or nothing
fn log_groups(parser: &mut Parser<'_>) -> Parse<SourceItem> {
    const KNOWN: &[&str] = &[
        "namePrefix",
        "accountIdentifier",
        "accountIdentifiers",
        "class",
        "logGroupClass",
    ];
    if parser.at_kind(TokenKind::RightParen) {
        return Ok(SourceItem::LogGroups(Vec::new()));
    }
    let arguments = parser.comma_list(|parser| {
        let name = parser.name("an argument such as `namePrefix`")?;
        if !KNOWN
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&name.text))
        {
            return Err(Diagnostic::error(
                codes::UNKNOWN_OPTION,
                name.span,
                format!("`logGroups` knows no argument `{}`", name.text),
            )
            .with_help("use namePrefix, accountIdentifier or class"));
        }
        parser.expect(TokenKind::Colon, "`:` after the name of an argument")?;
        Ok((name, values(parser)?))
    })?;
    Ok(SourceItem::LogGroups(arguments))
}

fn values(parser: &mut Parser<'_>) -> Parse<Vec<Literal>> {
    let list = parser.list("a list of values in `[ ]`")?;
    Ok(list.into_iter().map(|(value, _)| value).collect())
}

/// `[{"key": "k", "values": ["v"]}, …]`
fn tags(parser: &mut Parser<'_>) -> Parse<Vec<(StringLiteral, Vec<Literal>)>> {
    parser.expect(TokenKind::LeftBracket, "a list of tags in `[ ]`")?;
    let tags = parser.comma_list(|parser| {
        parser.expect(TokenKind::LeftBrace, "a tag in `{ }`")?;
        member(parser, "key")?;
        let key = parser.string("the key of a tag in quotes")?;
        let mut wanted = Vec::new();
        if parser.take(TokenKind::Comma).is_some() {
            member(parser, "values")?;
            wanted = values(parser)?;
        }
        parser.expect(TokenKind::RightBrace, "`,` or `}`")?;
        Ok((key, wanted))
    })?;
    parser.expect(TokenKind::RightBracket, "`,` or `]`")?;
    Ok(tags)
}

/// `"name":`
fn member(parser: &mut Parser<'_>, name: &str) -> Parse<()> {
    let what = format!("\"{name}\"");
    let token = parser.peek();
    if token.kind != TokenKind::Text || parser.string_of(token).text != name {
        return Err(parser.expected(&what));
    }
    parser.advance();
    parser.expect(TokenKind::Colon, "`:`")?;
    Ok(())
}

/// A word without quotes, such as a log group's name or `-1d`: everything up to white space.
fn bare(parser: &mut Parser<'_>, what: &str) -> Parse<Name> {
    let first = parser.peek().span;
    let mut span = first;
    let mut taken = false;
    while matches!(
        parser.peek().kind,
        TokenKind::Word
            | TokenKind::Quoted
            | TokenKind::DigitWord
            | TokenKind::Number
            | TokenKind::Slash
            | TokenKind::Minus
            | TokenKind::Dot
    ) && (!taken || parser.peek().span.start == span.end)
    {
        span = first.to(parser.advance().span);
        taken = true;
    }
    if !taken {
        return Err(parser.expected(what));
    }
    Ok(Name {
        text: parser.text_of(span).replace('`', ""),
        span,
    })
}
