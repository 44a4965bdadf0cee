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
mod operand;
mod stages;

use flowgauge_event::limits;

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lexer;
use crate::span::Span;
use crate::syntax::{Literal, Name, Query};
use crate::token::{Token, TokenKind};

/// What a query text means, as far as it could be read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The stages that could be read.
    pub query: Query,
    /// Errors (at most one a stage) and warnings, in text order.
    pub diagnostics: Vec<Diagnostic>,
    /// The calls of saved queries, in text order.
    pub(crate) saved: Vec<SavedCall>,
}

/// A call of a saved query, wherever in the query it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SavedCall {
    /// The saved query.
    pub(crate) name: Name,
    /// Its arguments.
    pub(crate) arguments: Vec<(Name, Literal)>,
    /// From `$` to `)`.
    pub(crate) span: Span,
}

impl Parsed {
    /// Whether a diagnostic keeps the query from running.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// A parsed piece, or the one diagnostic of its stage.
pub(crate) type Parse<T> = Result<T, Diagnostic>;

/// Parses a query of the usual length.
pub fn parse(text: &str) -> Parsed {
    parse_within(text, limits::QUERY_CHARS as u64)
}

/// Parses a query of at most `limit` characters.
pub(crate) fn parse_within(text: &str, limit: u64) -> Parsed {
    let length = text.chars().count() as u64;
    if length > limit {
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
            saved: Vec::new(),
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
        saved: Vec::new(),
    };
    let query = parser.whole_query();
    let (mut diagnostics, saved) = (parser.diagnostics, parser.saved);
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    Parsed {
        query,
        diagnostics,
        saved,
    }
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
    saved: Vec<SavedCall>,
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

    /// Notes a call of a saved query, from the command word to the last taken token.
    pub(crate) fn note_saved(&mut self, name: &Name, arguments: &[(Name, Literal)]) {
        self.saved.push(SavedCall {
            name: name.clone(),
            arguments: arguments.to_vec(),
            span: self.keyword.to(self.end_of_last()),
        });
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

fn no_such_operator(span: Span, written: &str, word: &str) -> Diagnostic {
    Diagnostic::error(
        codes::UNEXPECTED,
        span,
        format!("`{written}` is not an operator"),
    )
    .with_help(format!("write `{word}`"))
}

#[cfg(test)]
mod tests;
