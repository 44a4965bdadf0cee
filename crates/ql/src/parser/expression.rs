//! Expressions: one loop over operators by binding power.
//!
//! `or` < `and` < `not` < comparison < `+ -` < `* / %` < `^` < unary minus; `^` groups to the
//! right, comparisons do not chain (spec 3).

use flowgauge_event::limits;

use super::names::is_reserved;
use super::{Parse, Parser, no_such_operator, too_deep};
use crate::codes;
use crate::commands;
use crate::span::Span;
use crate::syntax::{BinaryOp, Expr, ExprKind, LikePattern};
use crate::token::{Token, TokenKind};

pub(super) const OR: u8 = 1;
const AND: u8 = 2;
pub(super) const COMPARISON: u8 = 3;
const SUM: u8 = 4;
const PRODUCT: u8 = 5;
const POWER: u8 = 6;
pub(super) const UNARY: u8 = 7;

/// An expression and the height of its tree. The height is bounded, because later passes walk
/// the tree recursively; a long chain `a + b + …` is as high as it is long.
pub(super) struct Tall {
    pub(super) expr: Expr,
    pub(super) height: usize,
}

impl Tall {
    pub(super) fn leaf(kind: ExprKind, span: Span) -> Tall {
        Tall {
            expr: Expr { kind, span },
            height: 1,
        }
    }

    /// A node above trees of which the highest has `height` levels.
    pub(super) fn above(height: usize, kind: ExprKind, span: Span) -> Parse<Tall> {
        if height >= limits::EXPRESSION_DEPTH {
            return Err(too_deep(span));
        }
        Ok(Tall {
            expr: Expr { kind, span },
            height: height + 1,
        })
    }
}

/// What may follow an operand.
#[derive(Clone, Copy)]
enum Infix {
    Or,
    And,
    Binary(BinaryOp),
    Match,
    Like,
    In,
    NotLike,
    NotIn,
}

impl Infix {
    fn power(self) -> u8 {
        match self {
            Infix::Or => OR,
            Infix::And => AND,
            Infix::Binary(op) => match op {
                BinaryOp::Add | BinaryOp::Subtract => SUM,
                BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => PRODUCT,
                BinaryOp::Power => POWER,
                _ => COMPARISON,
            },
            _ => COMPARISON,
        }
    }
}

impl Parser<'_> {
    /// An expression.
    pub(crate) fn expression(&mut self) -> Parse<Expr> {
        Ok(self.operand(OR)?.expr)
    }

    /// A field or a call, with a path behind it.
    pub(crate) fn postfix(&mut self, what: &str) -> Parse<Expr> {
        let token = self.peek();
        match token.kind {
            TokenKind::Word if is_reserved(self.text_of(token.span)) => Err(self.reserved(what)),
            TokenKind::Word if self.peek_after(1).kind == TokenKind::LeftParen => {
                Ok(self.call()?.expr)
            }
            TokenKind::Word | TokenKind::Quoted | TokenKind::DigitWord => self.field(),
            TokenKind::Text => Err(self
                .expected(what)
                .with_help("fields are written bare or in back-ticks, not in quotes")),
            TokenKind::Placeholder => Err(self.unset_parameter(token)),
            _ => Err(self.expected(what)),
        }
    }

    /// An operand and all operators that bind at least as tightly as `power`.
    pub(super) fn operand(&mut self, power: u8) -> Parse<Tall> {
        self.enter()?;
        let mut left = self.prefix()?;
        let mut compared = false;
        while let Some(infix) = self.infix() {
            if infix.power() < power {
                break;
            }
            if infix.power() == COMPARISON {
                if compared {
                    return Err(self
                        .expected("`and`, `or` or the end of the comparison")
                        .with_help("comparisons do not chain: write `a < b and b < c`"));
                }
                compared = true;
            } else {
                compared = false;
            }
            left = self.combine(left, infix)?;
        }
        self.leave();
        Ok(left)
    }

    fn infix(&self) -> Option<Infix> {
        let token = self.peek();
        let binary = match token.kind {
            TokenKind::Plus => BinaryOp::Add,
            TokenKind::Minus => BinaryOp::Subtract,
            TokenKind::Star => BinaryOp::Multiply,
            TokenKind::Slash => BinaryOp::Divide,
            TokenKind::Percent => BinaryOp::Modulo,
            TokenKind::Caret => BinaryOp::Power,
            TokenKind::Equal => BinaryOp::Equal,
            TokenKind::NotEqual => BinaryOp::NotEqual,
            TokenKind::Less => BinaryOp::Less,
            TokenKind::LessOrEqual => BinaryOp::LessOrEqual,
            TokenKind::Greater => BinaryOp::Greater,
            TokenKind::GreaterOrEqual => BinaryOp::GreaterOrEqual,
            TokenKind::Match => return Some(Infix::Match),
            TokenKind::Word => return self.word_infix(token),
            _ => return None,
        };
        Some(Infix::Binary(binary))
    }

    fn word_infix(&self, token: Token) -> Option<Infix> {
        let text = self.text_of(token.span);
        let next = self.peek_after(1);
        Some(match text.to_ascii_lowercase().as_str() {
            "or" => Infix::Or,
            "and" => Infix::And,
            "like" => Infix::Like,
            "in" => Infix::In,
            "not" if next.is_word(self.text, "like") => Infix::NotLike,
            "not" if next.is_word(self.text, "in") => Infix::NotIn,
            _ => return None,
        })
    }

    fn combine(&mut self, left: Tall, infix: Infix) -> Parse<Tall> {
        match infix {
            Infix::Or => self.chain(left, "or", AND, ExprKind::Or),
            Infix::And => self.chain(left, "and", COMPARISON, ExprKind::And),
            Infix::Binary(op) => self.binary(left, op),
            Infix::Match | Infix::Like => self.like(left, false),
            Infix::NotLike => {
                self.advance();
                self.like(left, true)
            }
            Infix::In => self.membership(left, false),
            Infix::NotIn => {
                self.advance();
                self.membership(left, true)
            }
        }
    }

    /// `a and b and c` as one node.
    fn chain(
        &mut self,
        first: Tall,
        word: &str,
        power: u8,
        kind: fn(Vec<Expr>) -> ExprKind,
    ) -> Parse<Tall> {
        let mut span = first.expr.span;
        let mut height = first.height;
        let mut operands = vec![first.expr];
        while self.take_word(word).is_some() {
            while let Some(again) = self.take_word(word) {
                self.warn(
                    codes::DOUBLED_OPERATOR,
                    again.span,
                    format!("`{word}` is written twice; read as one"),
                    format!("remove one `{word}`"),
                );
            }
            let next = self.operand(power)?;
            span = span.to(next.expr.span);
            height = height.max(next.height);
            operands.push(next.expr);
        }
        Tall::above(height, kind(operands), span)
    }

    fn binary(&mut self, left: Tall, op: BinaryOp) -> Parse<Tall> {
        let operator = self.advance();
        // `a = =~ b`, `a =! b` and the like are slips that deserve their own words.
        if op == BinaryOp::Equal && self.at_kind(TokenKind::Bang) {
            let slip = operator.span.to(self.peek().span);
            if self.text_of(slip) == "=!" {
                return Err(no_such_operator(slip, "=!", "!="));
            }
        }
        if op.is_comparison() && self.at_kind(TokenKind::Regex) {
            return Err(self
                .expected(&format!("a value after `{}`", op.symbol()))
                .with_help("compare with a regular expression by `like` or `=~`"));
        }
        let power = Infix::Binary(op).power();
        // `^` groups to the right, all others to the left.
        let right = self.operand(if op == BinaryOp::Power {
            power
        } else {
            power + 1
        })?;
        let span = left.expr.span.to(right.expr.span);
        Tall::above(
            left.height.max(right.height),
            ExprKind::Binary {
                op,
                left: Box::new(left.expr),
                right: Box::new(right.expr),
            },
            span,
        )
    }

    /// `like "x"`, `like /x/`, `=~ /x/`; a string after `=~` is a regular expression (spec 4.5).
    fn like(&mut self, left: Tall, negated: bool) -> Parse<Tall> {
        let operator = self.advance();
        let operand = self.peek();
        let pattern = match operand.kind {
            TokenKind::Regex => LikePattern::Regex(self.regex_of(operand)),
            TokenKind::Text if operator.kind == TokenKind::Match => {
                LikePattern::Regex(self.string_of(operand))
            }
            TokenKind::Text => LikePattern::Substring(self.string_of(operand)),
            TokenKind::Placeholder => return Err(self.unset_parameter(operand)),
            _ => {
                let word = self.text_of(operator.span);
                let error = self.expected(&format!(
                    "a string or a /regular expression/ after `{word}`"
                ));
                return Err(match operand.kind {
                    TokenKind::LeftBracket | TokenKind::LeftParen => {
                        error.with_help(format!("`{word}` takes one pattern; join several by `or`"))
                    }
                    _ => error,
                });
            }
        };
        self.advance();
        let span = left.expr.span.to(operand.span);
        Tall::above(
            left.height,
            ExprKind::Like {
                value: Box::new(left.expr),
                pattern,
                negated,
            },
            span,
        )
    }

    /// `in [1, 2]` and `in (SOURCE …)`
    fn membership(&mut self, left: Tall, negated: bool) -> Parse<Tall> {
        self.advance();
        let value = Box::new(left.expr);
        let start = value.span;
        let kind = if self.at_kind(TokenKind::LeftParen) {
            let inside = self.peek_after(1);
            let query = inside.kind == TokenKind::Dollar
                || inside.kind == TokenKind::Word
                    && commands::find(self.text_of(inside.span)).is_some();
            if !query {
                return Err(self
                    .expected("`[` after `in`")
                    .with_help("write a list of values in brackets: in [\"a\", \"b\"]"));
            }
            self.advance();
            ExprKind::InQuery {
                value,
                query: self.inner_query()?,
                negated,
            }
        } else {
            let list = self.list("`[` after `in`").map_err(|error| {
                if error.help.is_none() && error.code == codes::UNEXPECTED {
                    error.with_help("write a list of values in brackets: in [\"a\", \"b\"]")
                } else {
                    error
                }
            })?;
            ExprKind::In {
                value,
                list,
                negated,
            }
        };
        let span = start.to(self.end_of_last());
        Tall::above(left.height, kind, span)
    }
}
