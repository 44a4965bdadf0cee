//! Strings, numbers, periods, lists and options.

use flowgauge_event::{Number, Period, PeriodUnit};

use super::{Parse, Parser};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::suggest;
use crate::syntax::{CommandOption, Literal, Name, StringLiteral};
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// A string.
    pub(crate) fn string(&mut self, what: &str) -> Parse<StringLiteral> {
        let token = self.expect(TokenKind::Text, what)?;
        Ok(self.string_of(token))
    }

    /// The value of a string token.
    pub(crate) fn string_of(&self, token: Token) -> StringLiteral {
        StringLiteral {
            text: unescape(inside(self.text_of(token.span))),
            span: token.span,
        }
    }

    /// The value of a regular expression token: `\/` becomes `/`, all else stays.
    pub(crate) fn regex_of(&self, token: Token) -> StringLiteral {
        let mut text = String::new();
        let mut chars = inside(self.text_of(token.span)).chars().peekable();
        while let Some(c) = chars.next() {
            match (c, chars.peek().copied()) {
                ('\\', Some('/')) => {}
                // Any other pair stays together, so that `\\/` is not taken for `\` and `\/`.
                ('\\', Some(next)) => {
                    text.extend(['\\', next]);
                    chars.next();
                }
                _ => text.push(c),
            }
        }
        StringLiteral {
            text,
            span: token.span,
        }
    }

    /// A constant: number, string, `true` or `false`.
    pub(crate) fn literal(&mut self, what: &str) -> Parse<(Literal, Span)> {
        let token = self.peek();
        let text = self.text_of(token.span);
        let literal = match token.kind {
            TokenKind::Text => Literal::Text(self.string_of(token).text),
            TokenKind::Number => Literal::Number(self.number_of(token.span, text)?),
            TokenKind::Minus if self.peek_after(1).kind == TokenKind::Number => {
                self.advance();
                let number = self.peek();
                let span = token.span.to(number.span);
                let digits = format!("-{}", self.text_of(number.span));
                let value = self.number_of(span, &digits)?;
                self.advance();
                return Ok((Literal::Number(value), span));
            }
            TokenKind::Word if text.eq_ignore_ascii_case("true") => Literal::Boolean(true),
            TokenKind::Word if text.eq_ignore_ascii_case("false") => Literal::Boolean(false),
            TokenKind::Placeholder => return Err(self.unset_parameter(token)),
            TokenKind::Word | TokenKind::Quoted | TokenKind::DigitWord => {
                return Err(self.expected(what).with_help(format!(
                    "put text in quotes: \"{}\"",
                    text.trim_matches('`')
                )));
            }
            _ => return Err(self.expected(what)),
        };
        self.advance();
        Ok((literal, token.span))
    }

    /// The value of the digits at `span`.
    pub(super) fn number_of(&self, span: Span, digits: &str) -> Parse<Number> {
        Number::parse(digits).ok_or_else(|| {
            Diagnostic::error(
                codes::BAD_NUMBER,
                span,
                format!("`{digits}` is outside the range of numbers"),
            )
        })
    }

    /// A parameter that nothing has replaced.
    pub(super) fn unset_parameter(&self, token: Token) -> Diagnostic {
        let written = self.text_of(token.span);
        let name = written.trim_matches(['{', '}', ' ']);
        Diagnostic::error(
            codes::UNKNOWN_SAVED,
            token.span,
            format!("the parameter `{name}` has no value"),
        )
        .with_help("give it with --param name=value, or write the value itself here")
    }

    /// A whole number without sign.
    pub(crate) fn integer(&mut self, what: &str) -> Parse<(u64, Span)> {
        let token = self.peek();
        if token.kind == TokenKind::Placeholder {
            return Err(self.unset_parameter(token));
        }
        if token.kind == TokenKind::Number {
            let text = self.text_of(token.span);
            let Ok(value) = text.parse() else {
                return Err(Diagnostic::error(
                    codes::BAD_ARGUMENT,
                    token.span,
                    format!("expected {what}, found `{text}`"),
                )
                .with_help("write a whole number"));
            };
            self.advance();
            return Ok((value, token.span));
        }
        Err(self.expected(what))
    }

    /// A period that stands next, and the number of its tokens: `5m` is one, `5 min` two.
    pub(super) fn period_ahead(&self) -> Option<(Period, usize)> {
        let token = self.peek();
        match token.kind {
            TokenKind::DigitWord => Some((Period::parse(self.text_of(token.span))?, 1)),
            TokenKind::Number => {
                let unit = self.peek_after(1);
                if unit.kind != TokenKind::Word {
                    return None;
                }
                let unit = PeriodUnit::parse(self.text_of(unit.span))?;
                let count = self.text_of(token.span).parse().ok()?;
                Some((Period::new(count, unit)?, 2))
            }
            _ => None,
        }
    }

    /// A period where one must stand.
    pub(crate) fn period(&mut self, what: &str) -> Parse<(Period, Span)> {
        let start = self.peek().span;
        let Some((period, tokens)) = self.period_ahead() else {
            return Err(self
                .expected(what)
                .with_help("write a whole number and a unit, such as 5m, 1h or 7d"));
        };
        for _ in 0..tokens {
            self.advance();
        }
        Ok((period, start.to(self.end_of_last())))
    }

    /// `[a, b]`: at least one constant.
    pub(crate) fn list(&mut self, what: &str) -> Parse<Vec<(Literal, Span)>> {
        self.expect(TokenKind::LeftBracket, what)?;
        let mut values = Vec::new();
        loop {
            if self.at_kind(TokenKind::RightBracket) {
                let help = if values.is_empty() {
                    "a list needs at least one value"
                } else {
                    "remove the comma in front of `]`"
                };
                return Err(self.expected("a value").with_help(help));
            }
            values.push(self.literal("a value: a number or a string")?);
            if self.take(TokenKind::Comma).is_none() {
                break;
            }
        }
        self.expect(TokenKind::RightBracket, "`,` or `]`")?;
        Ok(values)
    }

    /// Whether `name=` stands next.
    pub(crate) fn at_option(&self) -> bool {
        self.at_kind(TokenKind::Word) && self.peek_after(1).kind == TokenKind::Equal
    }

    /// Any number of `name=value`; a name that the command does not know is an error.
    pub(crate) fn options(&mut self, known: &[&'static str]) -> Parse<Vec<CommandOption>> {
        let mut options = Vec::new();
        while self.at_option() {
            let token = self.advance();
            let written = self.text_of(token.span);
            if !known.iter().any(|name| name.eq_ignore_ascii_case(written)) {
                let help = match suggest::closest(written, known.iter().copied()) {
                    Some(name) => format!("did you mean `{name}=`?"),
                    None => format!("the options are {}", listed(known)),
                };
                return Err(Diagnostic::error(
                    codes::UNKNOWN_OPTION,
                    token.span,
                    format!("unknown option `{written}`"),
                )
                .with_help(help));
            }
            self.advance();
            let value_token = self.peek();
            let (value, value_span) = match value_token.kind {
                TokenKind::Word | TokenKind::DigitWord
                    if !["true", "false"]
                        .iter()
                        .any(|word| value_token.is_word(self.text, word)) =>
                {
                    self.advance();
                    let text = self.text_of(value_token.span).to_owned();
                    (Literal::Text(text), value_token.span)
                }
                _ => self.literal("a value")?,
            };
            options.push(CommandOption {
                name: Name {
                    text: written.to_owned(),
                    span: token.span,
                },
                value,
                value_span,
            });
        }
        Ok(options)
    }
}

/// `` `a`, `b`, `c` ``
fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}=`")).collect();
    quoted.join(", ")
}

/// The text between two delimiters of one byte each.
fn inside(text: &str) -> &str {
    text.get(1..text.len().saturating_sub(1)).unwrap_or("")
}

/// Resolves escapes; the back-slash of an unknown one stays (spec 2.4).
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(same @ ('\\' | '"' | '\'')) => out.push(same),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}
