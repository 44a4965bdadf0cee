//! Names, fields, and lists of them.

use super::{Parse, Parser};
use crate::codes;
use crate::syntax::{Aliased, Expr, ExprKind, FieldPath, Name, Segment};
use crate::token::{Token, TokenKind};

/// Words that are no field where an expression is expected (spec 2.3).
const RESERVED: &[&str] = &["and", "or", "not", "in", "like", "as", "by", "asc", "desc"];

/// Whether a bare word cannot be a field in an expression.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|name| name.eq_ignore_ascii_case(word))
}

impl Parser<'_> {
    /// A name without its back-ticks.
    pub(super) fn part_of(&self, token: Token) -> Segment {
        let text = self.text_of(token.span);
        Segment {
            text: text.replace('`', ""),
            quoted: token.kind == TokenKind::Quoted,
            index: false,
        }
    }

    /// A new or given name, dots included: `x`, `a.b`, `` `any name` ``, `5xx`. Any word will do,
    /// reserved or not.
    pub(crate) fn name(&mut self, what: &str) -> Parse<Name> {
        let token = self.peek();
        match token.kind {
            TokenKind::Word | TokenKind::Quoted | TokenKind::DigitWord => {}
            TokenKind::Text => {
                return Err(self
                    .expected(what)
                    .with_help("names are written bare or in back-ticks, not in quotes"));
            }
            TokenKind::Placeholder => return Err(self.unset_parameter(token)),
            _ => return Err(self.expected(what)),
        }
        self.advance();
        let mut text = self.part_of(token).text;
        while self.at_kind(TokenKind::Dot) {
            let part = self.dot_part()?;
            text.push('.');
            text.push_str(&part.text);
        }
        let span = token.span.to(self.end_of_last());
        if text.is_empty() {
            return Err(crate::Diagnostic::error(
                codes::UNEXPECTED,
                span,
                format!("{what} is empty"),
            )
            .with_help("write the name between the back-ticks"));
        }
        Ok(Name { text, span })
    }

    /// `.part`
    pub(super) fn dot_part(&mut self) -> Parse<Segment> {
        self.expect(TokenKind::Dot, "`.`")?;
        let token = self.peek();
        match token.kind {
            TokenKind::Word | TokenKind::Quoted | TokenKind::DigitWord => {
                self.advance();
                Ok(self.part_of(token))
            }
            TokenKind::Text => Err(self
                .expected("a name after `.`")
                .with_help("write an unusual name in back-ticks: a.`b-c`")),
            _ => Err(self.expected("a name after `.`")),
        }
    }

    /// `as name`, if it stands next.
    pub(crate) fn alias(&mut self) -> Parse<Option<Name>> {
        if self.take_word("as").is_none() {
            return Ok(None);
        }
        self.name("a name after `as`").map(Some)
    }

    /// `expression [as name]`
    pub(crate) fn aliased(&mut self) -> Parse<Aliased> {
        let expr = self.expression()?;
        let alias = self.alias()?;
        Ok(Aliased { expr, alias })
    }

    /// One or more items with commas between; a comma must be followed by another item.
    pub(crate) fn comma_list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Parse<T>,
    ) -> Parse<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.take(TokenKind::Comma).is_some() {
            if self.at_stage_end() {
                return Err(self
                    .expected("another item after the comma")
                    .with_help("remove the comma or write what should follow"));
            }
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// `expression [as name], …`
    pub(crate) fn aliased_list(&mut self) -> Parse<Vec<Aliased>> {
        self.comma_list(Self::aliased)
    }

    /// `field, field, …` (also calls with paths)
    pub(crate) fn field_list(&mut self) -> Parse<Vec<Expr>> {
        self.comma_list(|parser| parser.postfix("a field"))
    }

    /// Fields with only white space between, up to the end of the stage.
    pub(crate) fn spaced_fields(&mut self) -> Parse<Vec<Expr>> {
        let mut fields = Vec::new();
        while !self.at_stage_end() {
            if self.at_kind(TokenKind::Comma) {
                return Err(self
                    .expected("a field")
                    .with_help("the fields of this command are separated by spaces"));
            }
            fields.push(self.field()?);
        }
        Ok(fields)
    }

    /// A field with its path, never a call.
    pub(crate) fn field(&mut self) -> Parse<Expr> {
        let token = self.peek();
        match token.kind {
            TokenKind::Word | TokenKind::Quoted | TokenKind::DigitWord => {}
            TokenKind::Placeholder => return Err(self.unset_parameter(token)),
            _ => return Err(self.expected("a field")),
        }
        if token.kind == TokenKind::Word && is_reserved(self.text_of(token.span)) {
            return Err(self.reserved("a field"));
        }
        self.advance();
        let mut segments = vec![self.part_of(token)];
        loop {
            match self.peek().kind {
                TokenKind::Dot => segments.push(self.dot_part()?),
                TokenKind::LeftBracket => segments.push(Segment {
                    text: self.index()?.to_string(),
                    quoted: false,
                    index: true,
                }),
                _ => break,
            }
        }
        Ok(Expr {
            kind: ExprKind::Field(FieldPath { segments }),
            span: token.span.to(self.end_of_last()),
        })
    }

    /// `[n]`
    pub(super) fn index(&mut self) -> Parse<u64> {
        self.expect(TokenKind::LeftBracket, "`[`")?;
        let (index, _) = self.integer("a position such as 0 inside `[ ]`")?;
        self.expect(TokenKind::RightBracket, "`]`")?;
        Ok(index)
    }

    /// The error for a reserved word where `what` should stand.
    pub(super) fn reserved(&self, what: &str) -> crate::Diagnostic {
        let word = self.text_of(self.peek().span);
        self.expected(what).with_help(format!(
            "to mean a field named `{word}`, put it in back-ticks"
        ))
    }
}
