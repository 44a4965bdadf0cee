//! Operands of expressions: literals, fields, calls, and what stands in front of and behind them.

use super::expression::{COMPARISON, OR, Tall, UNARY};
use super::names::is_reserved;
use super::{Parse, Parser, no_such_operator};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::syntax::{ExprKind, Name, PathStep};
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    pub(super) fn prefix(&mut self) -> Parse<Tall> {
        let token = self.peek();
        match token.kind {
            TokenKind::Bang => self.negation(token),
            TokenKind::Word if token.is_word(self.text, "not") => self.negation(token),
            TokenKind::Minus if self.peek_after(1).kind == TokenKind::Number => {
                let (literal, span) = self.literal("a number")?;
                Ok(Tall::leaf(ExprKind::Literal(literal), span))
            }
            TokenKind::Minus => {
                self.advance();
                let operand = self.operand(UNARY)?;
                let span = token.span.to(operand.expr.span);
                let kind = ExprKind::Negate(Box::new(operand.expr));
                Tall::above(operand.height, kind, span)
            }
            _ => self.primary(token),
        }
    }

    fn negation(&mut self, token: Token) -> Parse<Tall> {
        self.advance();
        let operand = self.operand(COMPARISON)?;
        let span = token.span.to(operand.expr.span);
        let kind = ExprKind::Not(Box::new(operand.expr));
        Tall::above(operand.height, kind, span)
    }

    fn primary(&mut self, token: Token) -> Parse<Tall> {
        let text = self.text_of(token.span);
        let next = self.peek_after(1).kind;
        match token.kind {
            TokenKind::Text | TokenKind::Number | TokenKind::Placeholder => {
                let (literal, span) = self.literal("a value")?;
                Ok(Tall::leaf(ExprKind::Literal(literal), span))
            }
            TokenKind::LeftParen => self.parenthesised(token),
            TokenKind::Word if next == TokenKind::LeftParen && !is_reserved(text) => self.call(),
            TokenKind::Word
                if !matches!(next, TokenKind::Dot | TokenKind::LeftBracket)
                    && (text.eq_ignore_ascii_case("true")
                        || text.eq_ignore_ascii_case("false")) =>
            {
                let (literal, span) = self.literal("a value")?;
                Ok(Tall::leaf(ExprKind::Literal(literal), span))
            }
            TokenKind::Word if is_reserved(text) => Err(self.reserved("a value")),
            TokenKind::DigitWord => self.digit_word(token, text),
            TokenKind::Word | TokenKind::Quoted => {
                let field = self.field()?;
                Ok(Tall {
                    expr: field,
                    height: 1,
                })
            }
            TokenKind::Regex => Err(self
                .expected("a value")
                .with_help("write `field like /…/`, once for each expression")),
            TokenKind::LeftBracket => Err(self
                .expected("a value")
                .with_help("a list stands only after `in`")),
            TokenKind::DoublePipe => Err(no_such_operator(token.span, "||", "or")),
            TokenKind::DoubleAmpersand => Err(no_such_operator(token.span, "&&", "and")),
            _ => Err(self.expected("a value")),
        }
    }

    /// `5xx` is a field; `0x1F`, `1.5h` and a stray `5m` are slips.
    fn digit_word(&mut self, token: Token, text: &str) -> Parse<Tall> {
        let error = |message: String, help: &str| {
            Err(Diagnostic::error(codes::BAD_NUMBER, token.span, message).with_help(help))
        };
        if text.starts_with("0x") || text.starts_with("0X") {
            return error(
                format!("`{text}` is a hexadecimal number"),
                "write decimal numbers, or convert text with hexToDec(\"…\")",
            );
        }
        if self.period_ahead().is_some() {
            return error(
                format!("the period `{text}` stands outside a function"),
                "periods are arguments, as in bin(5m); a field of that name needs back-ticks",
            );
        }
        if text.contains('.') {
            return error(
                format!("`{text}` is neither a number nor a period"),
                "periods take whole numbers, such as 90m",
            );
        }
        let expr = self.field()?;
        Ok(Tall { expr, height: 1 })
    }

    fn parenthesised(&mut self, open: Token) -> Parse<Tall> {
        self.advance();
        let mut inner = self.operand(OR)?;
        self.close(open, "an operator or `)`")?;
        // The span decides the column name of an expression without alias, so the parentheses
        // belong to it.
        inner.expr.span = open.span.to(self.end_of_last());
        Ok(inner)
    }

    fn close(&mut self, open: Token, what: &str) -> Parse<()> {
        if self.take(TokenKind::RightParen).is_some() {
            return Ok(());
        }
        let token = self.peek();
        match token.kind {
            TokenKind::DoublePipe => Err(no_such_operator(token.span, "||", "or")),
            TokenKind::DoubleAmpersand => Err(no_such_operator(token.span, "&&", "and")),
            TokenKind::Pipe | TokenKind::End => {
                Err(
                    Diagnostic::error(codes::UNEXPECTED, open.span, "this `(` is never closed")
                        .with_help(format!("expected `)` before {}", token.describe(self.text))),
                )
            }
            _ => Err(self.expected(what)),
        }
    }

    /// `f(a, b)`, then a path.
    pub(super) fn call(&mut self) -> Parse<Tall> {
        let name = self.advance();
        let open = self.expect(TokenKind::LeftParen, "`(`")?;
        let mut args = Vec::new();
        let mut height = 0;
        if !self.at_kind(TokenKind::RightParen) {
            loop {
                let argument = self.argument()?;
                height = height.max(argument.height);
                args.push(argument.expr);
                if self.take(TokenKind::Comma).is_none() {
                    break;
                }
            }
        }
        let after = self.peek();
        self.close(open, "`,` or `)`")
            .map_err(|error| match args.as_slice() {
                [only]
                    if only.span.text(self.text).eq_ignore_ascii_case("distinct")
                        && error.span == after.span =>
                {
                    error.with_help("distinct values are counted by countDistinct(field)")
                }
                _ => error,
            })?;
        let span = name.span.to(self.end_of_last());
        let kind = ExprKind::Call {
            name: Name {
                text: self.text_of(name.span).to_owned(),
                span: name.span,
            },
            args,
        };
        let call = Tall::above(height, kind, span)?;
        self.access(call)
    }

    /// An argument: also `*`, a period or a regular expression.
    fn argument(&mut self) -> Parse<Tall> {
        let token = self.peek();
        let next = self.peek_after(1).kind;
        match token.kind {
            TokenKind::Star if next == TokenKind::RightParen => {
                self.advance();
                Ok(Tall::leaf(ExprKind::Star, token.span))
            }
            TokenKind::Regex => {
                let pattern = self.regex_of(token);
                self.advance();
                Ok(Tall::leaf(ExprKind::Regex(pattern), token.span))
            }
            TokenKind::RightParen => Err(self
                .expected("another argument after the comma")
                .with_help("remove the comma in front of `)`")),
            _ if self.period_ahead().is_some() => {
                let (period, span) = self.period("a period")?;
                Ok(Tall::leaf(ExprKind::Period(period), span))
            }
            _ => self.operand(OR),
        }
    }

    /// `.key` and `[n]` behind a call.
    fn access(&mut self, base: Tall) -> Parse<Tall> {
        let mut path = Vec::new();
        loop {
            match self.peek().kind {
                TokenKind::Dot => path.push(PathStep::Key(self.dot_part()?.text)),
                TokenKind::LeftBracket => path.push(PathStep::Index(self.index()?)),
                _ => break,
            }
        }
        if path.is_empty() {
            return Ok(base);
        }
        let span = base.expr.span.to(self.end_of_last());
        let kind = ExprKind::Access {
            base: Box::new(base.expr),
            path,
        };
        Tall::above(base.height, kind, span)
    }
}
