//! `parse`: new fields out of a text.

use super::Command;
use crate::codes;
use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::{self as ast, Expr, Name, ParseMode, StageKind, StringLiteral};
use crate::token::TokenKind;

/// The command.
pub(crate) static COMMAND: Command = Command {
    name: "parse",
    aliases: &[],
    syntax: "parse [field] \"glob\" as name, … | /regex/ [as name, …] [multi] | logfmt as name | csv as name, … | xml \"path\" as name",
    summary: "takes fields out of a text, @message unless another field is named; rows that do not match stay without them",
    examples: &[
        Example {
            query: r#"parse @message "* * * * *" as version, account, interface, source, destination"#,
            shows: "a glob: one name for each star",
        },
        Example {
            query: r#"parse @message /(?<source>\d+\.\d+\.\d+\.\d+)/ | stats count(*) by source"#,
            shows: "a regular expression with named groups",
        },
        Example {
            query: r#"parse @message /(?<address>\d+\.\d+\.\d+\.\d+)/ multi | stats count(*) by address"#,
            shows: "every match makes a row",
        },
        Example {
            query: r#"parse @message logfmt as l | filter l.level = "error""#,
            shows: "key=value pairs",
        },
        Example {
            query: "parse @message csv as date, host, status",
            shows: "values separated by commas",
        },
    ],
    parse,
};

fn parse(parser: &mut Parser<'_>) -> Parse<StageKind> {
    let input = match parser.peek().kind {
        TokenKind::Text | TokenKind::Regex => None,
        _ if at_mode(parser, 0) && !at_field_named_xml(parser) => None,
        _ => Some(parser.postfix("a field, a pattern in quotes or a /regular expression/")?),
    };
    let mode = mode(parser, input.as_ref())?;
    Ok(StageKind::Parse(ast::Parse { input, mode }))
}

/// Whether a mode word stands after `skip` tokens. The words are also names of fields, so what
/// follows them decides.
fn at_mode(parser: &Parser<'_>, skip: usize) -> bool {
    let token = parser.peek_after(skip);
    if token.kind != TokenKind::Word {
        return false;
    }
    let next = parser.peek_after(skip + 1);
    let word = parser.text_of(token.span).to_ascii_lowercase();
    match word.as_str() {
        "logfmt" | "csv" => parser.text_of(next.span).eq_ignore_ascii_case("as"),
        "xml" => next.kind == TokenKind::Text,
        _ => false,
    }
}

/// Whether `xml "…"` at the beginning is a field and a glob: an XML path starts with a slash.
fn at_field_named_xml(parser: &Parser<'_>) -> bool {
    parser.at_word("xml") && !parser.string_of(parser.peek_after(1)).text.starts_with('/')
}

fn mode(parser: &mut Parser<'_>, input: Option<&Expr>) -> Parse<ParseMode> {
    let token = parser.peek();
    match token.kind {
        TokenKind::Text => {
            let pattern = parser.string_of(token);
            parser.advance();
            glob(parser, pattern)
        }
        TokenKind::Regex => {
            let pattern = parser.regex_of(token);
            parser.advance();
            regex(parser, pattern)
        }
        TokenKind::Word if at_mode(parser, 0) => structured(parser),
        _ => {
            let error = parser.expected("a pattern in quotes or a /regular expression/");
            Err(match input {
                Some(input) if is_mode_word(parser.text_of(input.span)) => {
                    error.with_help("write the field first: parse @message logfmt as name")
                }
                _ => error,
            })
        }
    }
}

fn is_mode_word(word: &str) -> bool {
    ["logfmt", "csv", "xml"]
        .iter()
        .any(|mode| mode.eq_ignore_ascii_case(word))
}

fn glob(parser: &mut Parser<'_>, pattern: StringLiteral) -> Parse<ParseMode> {
    stray_pipe_before_as(parser);
    if parser.take_word("as").is_none() {
        if parser.at_stage_end() {
            return Err(parser
                .expected("`as` and a name for each `*`")
                .with_help("name the parts: parse \"user=*,\" as user"));
        }
        if matches!(parser.peek().kind, TokenKind::Word | TokenKind::Quoted) {
            let span = parser.peek().span;
            parser.warn(
                codes::LEGACY_FORM,
                span,
                "the names of a `parse` stand without `as`",
                "write `as` in front of the names",
            );
        }
    }
    let names = names(parser)?;
    Ok(ParseMode::Glob { pattern, names })
}

fn regex(parser: &mut Parser<'_>, pattern: StringLiteral) -> Parse<ParseMode> {
    stray_pipe_before_as(parser);
    let names = match parser.take_word("as") {
        Some(_) => names(parser)?,
        None => Vec::new(),
    };
    let multi = parser.take_word("multi").is_some();
    Ok(ParseMode::Regex {
        pattern,
        names,
        multi,
    })
}

fn structured(parser: &mut Parser<'_>) -> Parse<ParseMode> {
    let mode = parser.advance();
    let word = parser.text_of(mode.span).to_ascii_lowercase();
    let path = parser.peek();
    if word == "xml" {
        parser.advance();
    }
    parser.expect_word("as")?;
    Ok(match word.as_str() {
        "logfmt" => ParseMode::Logfmt {
            into: parser.name("a name after `as`")?,
        },
        "csv" => ParseMode::Csv {
            names: names(parser)?,
        },
        _ => ParseMode::Xml {
            path: parser.string_of(path),
            into: parser.name("a name after `as`")?,
        },
    })
}

/// `| as`: the pipe is a slip that often comes from wrapping a long line.
fn stray_pipe_before_as(parser: &mut Parser<'_>) {
    let next = parser.peek_after(1);
    if parser.at_kind(TokenKind::Pipe) && parser.text_of(next.span).eq_ignore_ascii_case("as") {
        let pipe = parser.advance();
        parser.warn(
            codes::STRAY_PIPE,
            pipe.span,
            "the pipe in front of `as` is ignored",
            "remove the pipe",
        );
    }
}

/// Names with commas between; a pipe after a comma is the same slip.
fn names(parser: &mut Parser<'_>) -> Parse<Vec<Name>> {
    let mut names = vec![parser.name("a name")?];
    while parser.take(TokenKind::Comma).is_some() {
        if parser.at_kind(TokenKind::Pipe) && is_name(parser, 1) {
            let pipe = parser.advance();
            parser.warn(
                codes::STRAY_PIPE,
                pipe.span,
                "the pipe inside the list of names is ignored",
                "remove the pipe",
            );
        }
        names.push(parser.name("another name after the comma")?);
    }
    Ok(names)
}

fn is_name(parser: &Parser<'_>, skip: usize) -> bool {
    matches!(
        parser.peek_after(skip).kind,
        TokenKind::Word | TokenKind::Quoted | TokenKind::DigitWord
    )
}
