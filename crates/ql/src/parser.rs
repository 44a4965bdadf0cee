//! The parser: tokens to a syntax tree, by recursive descent for stages and one precedence loop
//! for expressions.
//!
//! It never panics and never stops at the first error: a stage that cannot be read gives one
//! diagnostic, is left out of the tree, and reading goes on after the next pipe that is not inside
//! parentheses. All keywords are contextual; only `and or not in like as by asc desc` are reserved,
//! and only where an expression is expected (spec 2.3).
//!
//! ```text
//! query      = stage { "|" stage }
//! stage      = command …                        one file per command under `commands/`
//!            | aggregate "(" …                  read as `stats aggregate(…` (W106)
//!            | "$" name "(" [ name "=" literal { "," … } ] ")"
//! aliased    = expression [ "as" name ]
//! name       = part { "." part }                part: bare or in back-ticks
//!
//! expression = conjunct { "or" conjunct }
//! conjunct   = negation { "and" negation }
//! negation   = ( "not" | "!" ) negation | comparison
//! comparison = sum [ ( "=" | "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum
//!                  | "=~" ( regex | string )
//!                  | [ "not" ] "like" ( string | regex )
//!                  | [ "not" ] "in" ( list | "(" query ")" ) ]
//! sum        = product { ( "+" | "-" ) product }
//! product    = power { ( "*" | "/" | "%" ) power }
//! power      = unary [ "^" power ]
//! unary      = "-" unary | primary
//! primary    = number | string | "true" | "false" | "(" expression ")" | postfix
//! postfix    = ( part | name "(" [ "*" | argument { "," argument } ] ")" )
//!              { "." part | "[" integer "]" }
//! argument   = expression | period | regex
//! period     = integer unit                     `5m`, `5 min`
//! list       = "[" literal { "," literal } "]"
//! literal    = [ "-" ] number | string | "true" | "false"
//! ```

mod expression;
mod literals;
mod names;

use flowgauge_event::limits;

use crate::codes;
use crate::commands;
use crate::diagnostic::Diagnostic;
use crate::lexer;
use crate::span::Span;
use crate::suggest;
use crate::syntax::{Query, Stage, StageKind};
use crate::token::{Token, TokenKind};

/// What a query text means, as far as it could be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The stages that could be read.
    pub query: Query,
    /// Errors (at most one a stage) and warnings, in text order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether a diagnostic keeps the query from running.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// A parsed piece, or the one diagnostic of its stage.
pub(crate) type Parse<T> = Result<T, Diagnostic>;

/// Parses a query.
pub fn parse(text: &str) -> Parsed {
    let length = text.chars().count();
    if length > limits::QUERY_CHARS {
        let limit = limits::QUERY_CHARS;
        let span = Span::new(0, text.len());
        return Parsed {
            query: Query::default(),
            diagnostics: vec![
                Diagnostic::error(
                    codes::TOO_LONG,
                    span,
                    format!("the query has {length} characters; the limit is {limit}"),
                )
                .with_help("shorten the query, for example its lists of values"),
            ],
        };
    }
    let lexed = lexer::lex(text);
    let mut parser = Parser {
        text,
        tokens: &lexed.tokens,
        at: 0,
        depth: 0,
        keyword: Span::default(),
        diagnostics: Vec::new(),
    };
    let query = parser.whole_query();
    let mut diagnostics = parser.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    Parsed { query, diagnostics }
}

/// The state of a parse. Commands read their arguments through its methods.
pub(crate) struct Parser<'t> {
    text: &'t str,
    /// Ends with an `End` token.
    tokens: &'t [Token],
    /// The next token.
    at: usize,
    /// Expressions and inner queries around the next token.
    depth: usize,
    /// The command word of the stage at hand.
    keyword: Span,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Parser<'t> {
    // ---- tokens -------------------------------------------------------------------------------

    fn token_at(&self, index: usize) -> Token {
        let end = Token {
            kind: TokenKind::End,
            span: Span::new(self.text.len(), self.text.len()),
        };
        self.tokens.get(index).copied().unwrap_or(end)
    }

    /// The next token.
    pub(crate) fn peek(&self) -> Token {
        self.token_at(self.at)
    }

    /// The token after `skip` others.
    pub(crate) fn peek_after(&self, skip: usize) -> Token {
        self.token_at(self.at + skip)
    }

    /// Takes the next token; the end is never passed.
    pub(crate) fn advance(&mut self) -> Token {
        let token = self.peek();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    /// Where the last taken token ends.
    pub(crate) fn end_of_last(&self) -> Span {
        match self.at.checked_sub(1) {
            Some(last) => self.token_at(last).span,
            None => Span::default(),
        }
    }

    fn last_kind(&self) -> Option<TokenKind> {
        let last = self.at.checked_sub(1)?;
        Some(self.token_at(last).kind)
    }

    /// The query text of a span.
    pub(crate) fn text_of(&self, span: Span) -> &'t str {
        span.text(self.text)
    }

    /// Whether the next token is of this kind.
    pub(crate) fn at_kind(&self, kind: TokenKind) -> bool {
        self.peek().kind == kind
    }

    /// Whether the next token is this word, in any case.
    pub(crate) fn at_word(&self, word: &str) -> bool {
        self.peek().is_word(self.text, word)
    }

    /// Takes the next token if it is of this kind.
    pub(crate) fn take(&mut self, kind: TokenKind) -> Option<Token> {
        self.at_kind(kind).then(|| self.advance())
    }

    /// Takes the next token if it is this word.
    pub(crate) fn take_word(&mut self, word: &str) -> Option<Token> {
        self.at_word(word).then(|| self.advance())
    }

    /// Takes a token that must be there; `what` describes it in the error.
    pub(crate) fn expect(&mut self, kind: TokenKind, what: &str) -> Parse<Token> {
        self.take(kind).ok_or_else(|| self.expected(what))
    }

    /// Takes a word that must be there.
    pub(crate) fn expect_word(&mut self, word: &str) -> Parse<Token> {
        self.take_word(word)
            .ok_or_else(|| self.expected(&format!("`{word}`")))
    }

    /// The command word of this stage as written (`head` for a `limit` stage).
    pub(crate) fn keyword(&self) -> Span {
        self.keyword
    }

    /// Whether the stage ends here.
    pub(crate) fn at_stage_end(&self) -> bool {
        matches!(
            self.peek().kind,
            TokenKind::Pipe | TokenKind::DoublePipe | TokenKind::RightParen | TokenKind::End
        )
    }

    // ---- diagnostics --------------------------------------------------------------------------

    /// The error at the next token: the lexical one if it is bad, else "expected …, found …".
    pub(crate) fn expected(&self, what: &str) -> Diagnostic {
        let token = self.peek();
        if let Some(fault) = token.fault(self.text) {
            return fault;
        }
        let found = token.describe(self.text);
        Diagnostic::error(
            codes::UNEXPECTED,
            token.span,
            format!("expected {what}, found {found}"),
        )
    }

    /// Reports a leniency; reading goes on.
    pub(crate) fn warn(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let warning = Diagnostic::warning(code, span, message).with_help(help);
        self.diagnostics.push(warning);
    }

    // ---- stages -------------------------------------------------------------------------------

    fn whole_query(&mut self) -> Query {
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
                None => format!("the commands are {}", commands::runnable_names()),
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
        self.at = fallback.unwrap_or(self.tokens.len().saturating_sub(1));
    }

    // ---- depth --------------------------------------------------------------------------------

    /// Goes one level deeper; fails at the limit.
    fn enter(&mut self) -> Parse<()> {
        self.depth += 1;
        if self.depth > limits::EXPRESSION_DEPTH {
            return Err(too_deep(self.peek().span));
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}

fn too_deep(span: Span) -> Diagnostic {
    let limit = limits::EXPRESSION_DEPTH;
    Diagnostic::error(
        codes::TOO_DEEP,
        span,
        format!("this expression is nested more than {limit} levels deep"),
    )
    .with_help("compute parts of it in earlier `fields` stages")
}

fn empty_stage(span: Span, message: &str) -> Diagnostic {
    Diagnostic::error(codes::EMPTY_STAGE, span, message)
        .with_help("remove the pipe or write a command beside it")
}

fn no_such_operator(span: Span, written: &str, word: &str) -> Diagnostic {
    Diagnostic::error(
        codes::UNEXPECTED,
        span,
        format!("`{written}` is not an operator"),
    )
    .with_help(format!("write `{word}`"))
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

#[cfg(test)]
mod tests;
