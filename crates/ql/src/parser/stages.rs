//! Stages: the loop over pipes, the choice of a command, and going on after an error.

use super::{Parse, Parser, names, no_such_operator};
use crate::codes;
use crate::commands;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::suggest;
use crate::syntax::{Query, Stage, StageKind};
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    pub(super) fn whole_query(&mut self) -> Query {
        let mut query = Query::default();
        let mut last_pipe: Option<Token> = None;
        loop {
            self.depth = 0;
            let token = self.peek();
            match token.kind {
                TokenKind::End => {
                    let empty = match last_pipe {
                        Some(pipe) => empty_stage(pipe.span, "the query ends with a pipe"),
                        None => {
                            Diagnostic::error(codes::EMPTY_STAGE, token.span, "the query is empty")
                                .with_help(
                                    "start with a command, such as `fields @timestamp, @message`",
                                )
                        }
                    };
                    self.diagnostics.push(empty);
                    return query;
                }
                TokenKind::Pipe => {
                    let message = match last_pipe {
                        Some(_) => "there is no command between two pipes",
                        None => "the query starts with a pipe",
                    };
                    self.diagnostics.push(empty_stage(token.span, message));
                    last_pipe = Some(self.advance());
                    // A pipe that has been reported need not be reported again at the end.
                    if self.at_kind(TokenKind::End) {
                        return query;
                    }
                    continue;
                }
                _ => {}
            }
            let start = self.at;
            match self.stage() {
                Ok(stage) => query.stages.push(stage),
                Err(error) => {
                    self.diagnostics.push(error);
                    self.synchronise(start);
                }
            }
            if self.at_kind(TokenKind::End) {
                return query;
            }
            last_pipe = Some(self.advance());
        }
    }

    /// The stages of a query in parentheses, from after `(` to after `)`.
    pub(crate) fn inner_query(&mut self) -> Parse<Query> {
        self.enter()?;
        let outer = self.keyword;
        let mut stages = Vec::new();
        loop {
            if matches!(self.peek().kind, TokenKind::Pipe | TokenKind::RightParen) {
                return Err(self.expected("a command"));
            }
            stages.push(self.stage()?);
            if self.take(TokenKind::Pipe).is_none() {
                break;
            }
        }
        self.expect(
            TokenKind::RightParen,
            "`|` or `)` at the end of the inner query",
        )?;
        self.keyword = outer;
        self.leave();
        Ok(Query { stages })
    }

    /// One stage, up to the token after it.
    fn stage(&mut self) -> Parse<Stage> {
        let start = self.peek();
        self.keyword = start.span;
        let kind = self.stage_kind(start)?;
        self.check_stage_end()?;
        Ok(Stage {
            kind,
            keyword: start.span,
            span: start.span.to(self.end_of_last()),
        })
    }

    fn stage_kind(&mut self, start: Token) -> Parse<StageKind> {
        if start.kind == TokenKind::Dollar {
            self.advance();
            return (commands::SAVED_QUERY.parse)(self);
        }
        if start.kind != TokenKind::Word {
            return Err(self.expected("a command"));
        }
        let word = self.text_of(start.span);
        if let Some(command) = commands::find(word) {
            self.advance();
            return (command.parse)(self);
        }
        let call = self.peek_after(1).kind == TokenKind::LeftParen;
        if call && is_aggregate_name(word) {
            self.warn(
                codes::IMPLIED_STATS,
                start.span,
                format!(
                    "`{word}` is an aggregate function, not a command; read as `stats {word}(…)`"
                ),
                format!("write `stats {word}(…)`"),
            );
            return (commands::STATS.parse)(self);
        }
        Err(self.unknown_command(start, word, call))
    }

    fn unknown_command(&self, token: Token, word: &str, call: bool) -> Diagnostic {
        let error =
            |message: String| Diagnostic::error(codes::UNKNOWN_COMMAND, token.span, message);
        if call {
            return error(format!("`{word}(…)` is a function call, not a command"))
                .with_help(format!("compute a column with `fields {word}(…) as name`"));
        }
        let unknown = error(format!("unknown command `{word}`"));
        let help = match word.to_ascii_lowercase().as_str() {
            "tail" => {
                "`tail` is no longer part of the language; reverse the `sort` and use `limit`"
                    .to_owned()
            }
            "search" => {
                "`search` is no longer part of the language; use `filter @message like \"text\"`"
                    .to_owned()
            }
            "as" => "`as` belongs to the stage before it; remove the pipe".to_owned(),
            _ => match suggest::closest(word, commands::names()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("the commands are {}", commands::listed_names()),
            },
        };
        unknown.with_help(help)
    }

    /// After a stage there must be a pipe or the end.
    fn check_stage_end(&self) -> Parse<()> {
        let token = self.peek();
        let inner = self.depth > 0;
        match token.kind {
            TokenKind::Pipe | TokenKind::End => return Ok(()),
            TokenKind::RightParen if inner => return Ok(()),
            TokenKind::DoublePipe if self.command_at(self.at + 1) => {
                return Err(empty_stage(
                    token.span,
                    "there is no command between two pipes",
                ));
            }
            TokenKind::DoublePipe => return Err(no_such_operator(token.span, "||", "or")),
            TokenKind::DoubleAmpersand => return Err(no_such_operator(token.span, "&&", "and")),
            _ => {}
        }
        let error = self.expected("`|` or the end of the query");
        if token.fault(self.text).is_some() {
            return Err(error);
        }
        let found = self.text_of(token.span);
        Err(match token.kind {
            TokenKind::RightParen => error.with_help("this `)` closes nothing"),
            TokenKind::Word if ["exists", "is"].contains(&found.to_ascii_lowercase().as_str()) => {
                error.with_help("test whether a field is there with `ispresent(field)`")
            }
            _ if token.span.start == self.end_of_last().end
                && self.last_kind() == Some(TokenKind::Regex) =>
            {
                error.with_help("a slash inside a regular expression is written \\/")
            }
            TokenKind::Word if self.command_at(self.at) => {
                error.with_help(format!("put a `|` in front of `{found}`"))
            }
            TokenKind::Word | TokenKind::Quoted
                if !names::is_reserved(found) && !self.in_condition() =>
            {
                error.with_help("put `as` in front of a new name, and a comma between two fields")
            }
            TokenKind::Regex => error.with_help("write `field like /…/`"),
            _ => error,
        })
    }

    /// Whether the stage at hand is a condition, where names are joined by operators.
    fn in_condition(&self) -> bool {
        let word = self.text_of(self.keyword);
        ["filter", "where"]
            .iter()
            .any(|name| word.eq_ignore_ascii_case(name))
    }

    fn command_at(&self, index: usize) -> bool {
        let token = self.token_at(index);
        token.kind == TokenKind::Word && commands::find(self.text_of(token.span)).is_some()
    }

    /// Moves to the pipe that ends the broken stage. Pipes inside parentheses are passed over;
    /// when the parentheses never close, the next pipe in front of a command will do.
    fn synchronise(&mut self, stage_start: usize) {
        let mut open = 0usize;
        let mut fallback = None;
        for index in stage_start..self.tokens.len() {
            match self.token_at(index).kind {
                TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => open += 1,
                TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => {
                    open = open.saturating_sub(1);
                }
                kind @ (TokenKind::Pipe | TokenKind::DoublePipe) if index >= self.at => {
                    let before_command = self.command_at(index + 1);
                    if open == 0 && (kind == TokenKind::Pipe || before_command) {
                        self.at = index;
                        return;
                    }
                    if before_command && fallback.is_none() {
                        fallback = Some(index);
                    }
                }
                _ => {}
            }
        }
        let end = self.tokens.len().saturating_sub(1);
        self.at = match fallback {
            Some(pipe) if open > 0 => pipe,
            _ => end,
        };
    }
}

fn empty_stage(span: Span, message: &str) -> Diagnostic {
    Diagnostic::error(codes::EMPTY_STAGE, span, message)
        .with_help("remove the pipe or write a command beside it")
}

/// Whether a word names an aggregate, a selector or a time-series function (spec 7.7, 7.8, 7.10).
fn is_aggregate_name(word: &str) -> bool {
    const NAMES: &[&str] = &[
        "count",
        "countDistinct",
        "count_distinct",
        "avg",
        "sum",
        "min",
        "max",
        "pct",
        "stddev",
        "variance",
        "values",
        "collect_values",
        "topk",
        "median",
        "earliest",
        "latest",
        "sortsFirst",
        "sortsLast",
        "rate",
        "countOverTime",
        "count_over_time",
        "sumOverTime",
        "sum_over_time",
        "histogram",
    ];
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(word))
}
