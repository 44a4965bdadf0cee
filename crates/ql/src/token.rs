//! Tokens: what the lexer hands to the parser.
//!
//! A token is a kind and a span; its value is read from the query text on demand, so tokens are
//! small and can be printed without loss.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// The kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A bare name or keyword: `bytes`, `@message`, `stats`. Keywords are contextual.
    Word,
    /// A name in back-ticks, with an optional `@` in front.
    Quoted,
    /// Digits that run into letters: `5m`, `5xx`, `1.5h`.
    DigitWord,
    /// A decimal number without sign.
    Number,
    /// A string in single or double quotes.
    Text,
    /// `/…/`
    Regex,
    /// `{{name}}`
    Placeholder,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `:`
    Colon,
    /// `$`
    Dollar,
    /// `|`
    Pipe,
    /// `||`, which is no operator of the language
    DoublePipe,
    /// `&&`, which is no operator of the language
    DoubleAmpersand,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `^`
    Caret,
    /// `=` or `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `=~`
    Match,
    /// `!`
    Bang,
    /// Something that is no token.
    Bad(Fault),
    /// The end of the query; its span is empty.
    End,
}

/// Why a piece of text is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Characters that start no token.
    Character,
    /// A string without its closing quote.
    OpenText,
    /// A back-ticked name without its closing back-tick.
    OpenName,
    /// A regular expression without its closing slash.
    OpenRegex,
    /// `{{` without `}}`, or without a name inside.
    OpenPlaceholder,
    /// Digits and dots that are no number, such as an address.
    Number,
}

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its kind.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

impl Token {
    /// Whether this is the bare word `word`, in any case.
    pub fn is_word(self, source: &str, word: &str) -> bool {
        self.kind == TokenKind::Word && self.span.text(source).eq_ignore_ascii_case(word)
    }

    /// The token for a message: `` `bytes` ``, `the string "a"`, `the end of the query`.
    pub fn describe(self, source: &str) -> String {
        let text = shorten(self.span.text(source));
        match self.kind {
            TokenKind::End => "the end of the query".to_owned(),
            TokenKind::Text => format!("the string {text}"),
            TokenKind::Regex => format!("the regular expression {text}"),
            TokenKind::Number => format!("the number {text}"),
            TokenKind::Quoted => format!("the name {text}"),
            _ => format!("`{text}`"),
        }
    }

    /// The diagnostic of a bad token; `None` for a good one.
    pub fn fault(self, source: &str) -> Option<Diagnostic> {
        let TokenKind::Bad(fault) = self.kind else {
            return None;
        };
        let text = shorten(self.span.text(source));
        let error = |code, message: String| Diagnostic::error(code, self.span, message);
        Some(match fault {
            Fault::Character => bad_character(self.span, &text),
            Fault::OpenText => error(
                codes::UNTERMINATED,
                format!("this string has no closing quote: {text}"),
            )
            .with_help("close it with the quote that opens it; a quote inside is written \\\""),
            Fault::OpenName => error(
                codes::UNTERMINATED,
                format!("this name has no closing back-tick: {text}"),
            ),
            Fault::OpenRegex => error(
                codes::UNTERMINATED,
                format!("this regular expression has no closing slash: {text}"),
            )
            .with_help("a slash inside a regular expression is written \\/"),
            Fault::OpenPlaceholder => {
                error(codes::UNTERMINATED, format!("this is no parameter: {text}"))
                    .with_help("a parameter is written {{name}}")
            }
            Fault::Number => error(codes::BAD_NUMBER, format!("`{text}` is no number"))
                .with_help("put addresses, versions and other text in quotes"),
        })
    }
}

fn bad_character(span: Span, text: &str) -> Diagnostic {
    let error = |message: String| Diagnostic::error(codes::BAD_CHARACTER, span, message);
    if text.contains(['“', '”', '‘', '’', '„', '«', '»']) {
        return error(format!("`{text}` is a typographic quote"))
            .with_help("strings take straight quotes: \"…\" or '…'");
    }
    if text.chars().any(char::is_alphanumeric) {
        return error(format!("`{text}` cannot stand in a bare name"))
            .with_help("put the whole name in back-ticks");
    }
    let help = match text {
        "~" => "a match with a regular expression is written `=~`",
        "\\" => "a back-slash stands only inside strings and regular expressions",
        "@" => "an `@` needs a name behind it",
        "&" => "conditions are joined by `and`",
        ";" => "stages are separated by `|`",
        _ => "text is written in quotes, unusual names in back-ticks",
    };
    error(format!("unexpected character `{text}`")).with_help(help)
}

/// Keeps messages on one line.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 40;
    let line = text.lines().next().unwrap_or("");
    if line.len() < text.len() || line.chars().count() > LONGEST {
        let head: String = line.chars().take(LONGEST).collect();
        return format!("{head}…");
    }
    line.to_owned()
}
