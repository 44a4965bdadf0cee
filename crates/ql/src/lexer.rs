//! The lexer: query text to tokens. It never fails; what is no token becomes a
//! [`TokenKind::Bad`] token that the parser reports where it meets it.
//!
//! - All Unicode white space separates tokens, the ideographic space included; `#` starts a
//!   comment up to the end of the line.
//! - A `/` starts a regular expression where an operand is expected (after an operator, `like`,
//!   an opening parenthesis, a comma, …) and, in a `parse` stage, anywhere before the pattern,
//!   because the field parsed is never a quotient. Elsewhere it is the division (spec 2.8).
//! - A string may span lines. One without a closing quote ends with its line, so that later
//!   stages are still understood.

use crate::span::Span;
use crate::token::{Fault, Token, TokenKind};

/// A query text in pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lexed {
    /// The tokens; the last one is [`TokenKind::End`].
    pub tokens: Vec<Token>,
    /// The comments, from `#` to the end of the line, in order.
    pub comments: Vec<Span>,
}

/// Words after which an operand follows, so that a slash opens a regular expression.
const OPERAND_WORDS: &[&str] = &["like", "and", "or", "not", "in"];

/// Cuts a query text into tokens.
pub fn lex(text: &str) -> Lexed {
    // Editors put a byte order mark in front of a file.
    let at = match text.starts_with('\u{feff}') {
        true => '\u{feff}'.len_utf8(),
        false => 0,
    };
    let mut lexer = Lexer {
        text,
        at,
        tokens: Vec::new(),
        comments: Vec::new(),
        depth: 0,
        parse_depth: None,
    };
    lexer.run();
    Lexed {
        tokens: lexer.tokens,
        comments: lexer.comments,
    }
}

/// The tokens and comments of a query, one a line: byte range, kind, text.
pub fn print_tokens(text: &str) -> String {
    let lexed = lex(text);
    let tokens = lexed
        .tokens
        .iter()
        .map(|token| (token.span, format!("{:?}", token.kind)));
    let comments = lexed
        .comments
        .iter()
        .map(|span| (*span, "Comment".to_owned()));
    let mut lines: Vec<(Span, String)> = tokens.chain(comments).collect();
    lines.sort_by_key(|(span, _)| span.start);
    let mut out = String::new();
    for (span, kind) in lines {
        let range = format!("{}..{}", span.start, span.end);
        let text = span.text(text).escape_debug().to_string();
        out.push_str(format!("{range:<12}{kind:<16}{text}").trim_end());
        out.push('\n');
    }
    out
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    comments: Vec<Span>,
    /// Open parentheses.
    depth: usize,
    /// Inside a `parse` stage whose pattern has not come yet: the parentheses open at its start.
    parse_depth: Option<usize>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        loop {
            self.skip_trivia();
            let start = self.at;
            let Some(first) = self.rest().chars().next() else {
                self.push(TokenKind::End, start);
                return;
            };
            let kind = self.token(first);
            debug_assert!(self.at > start, "every token takes at least one character");
            self.note_stage(kind, start);
            self.push(kind, start);
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let span = Span::new(start, self.at);
        self.tokens.push(Token { kind, span });
    }

    fn skip_trivia(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if !self.rest().starts_with('#') {
                return;
            }
            let start = self.at;
            self.at += line_length(self.rest());
            self.comments.push(Span::new(start, self.at));
        }
    }

    /// Follows parentheses and `parse` stages, on which the meaning of a slash depends.
    fn note_stage(&mut self, kind: TokenKind, start: usize) {
        match kind {
            TokenKind::LeftParen => self.depth += 1,
            TokenKind::RightParen => self.depth = self.depth.saturating_sub(1),
            TokenKind::Pipe => self.parse_depth = None,
            TokenKind::Text | TokenKind::Regex if self.parse_depth == Some(self.depth) => {
                self.parse_depth = None;
            }
            TokenKind::Word => {
                let stage_start = self
                    .tokens
                    .last()
                    .is_none_or(|token| token.kind == TokenKind::Pipe);
                let word = self.text.get(start..self.at).unwrap_or("");
                if stage_start && word.eq_ignore_ascii_case("parse") {
                    self.parse_depth = Some(self.depth);
                }
            }
            _ => {}
        }
    }

    fn operand_expected(&self) -> bool {
        if self.parse_depth == Some(self.depth) {
            return true;
        }
        let Some(last) = self.tokens.last() else {
            return true;
        };
        match last.kind {
            TokenKind::Word => OPERAND_WORDS
                .iter()
                .any(|word| last.is_word(self.text, word)),
            TokenKind::Quoted
            | TokenKind::DigitWord
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::Regex
            | TokenKind::Placeholder
            | TokenKind::RightParen
            | TokenKind::RightBracket
            | TokenKind::RightBrace
            | TokenKind::Slash
            | TokenKind::Bad(_)
            | TokenKind::End => false,
            _ => true,
        }
    }

    fn follows_dot(&self) -> bool {
        self.tokens
            .last()
            .is_some_and(|token| token.kind == TokenKind::Dot && token.span.end as usize == self.at)
    }

    /// Whether the last token is part of a field and ends right here; in a `parse` stage a field
    /// may stand where an operand is still expected.
    fn continues_path(&self) -> bool {
        self.tokens.last().is_some_and(|token| {
            token.span.end as usize == self.at
                && match token.kind {
                    TokenKind::Word => !OPERAND_WORDS
                        .iter()
                        .any(|word| token.is_word(self.text, word)),
                    TokenKind::Quoted | TokenKind::RightBracket | TokenKind::RightParen => true,
                    _ => false,
                }
        })
    }

    fn token(&mut self, first: char) -> TokenKind {
        if self.follows_dot() && is_word_char(first) {
            self.at += word_length(self.rest());
            return TokenKind::Word;
        }
        match first {
            '"' | '\'' => self.delimited(first, TokenKind::Text, Fault::OpenText),
            '`' => self.delimited(first, TokenKind::Quoted, Fault::OpenName),
            '@' => self.at_name(),
            '0'..='9' => self.number(),
            '.' if self.operand_expected()
                && !self.continues_path()
                && starts_with_digit(&self.rest()[1..]) =>
            {
                self.number()
            }
            '/' if self.operand_expected() => self.regex(),
            '{' if self.rest().starts_with("{{") => self.placeholder(),
            c if is_word_char(c) => {
                self.at += word_length(self.rest());
                TokenKind::Word
            }
            _ => self.symbol(first),
        }
    }

    /// Text up to the closing delimiter; a back-slash takes the next character with it, except
    /// in back-ticks, where it is an ordinary character.
    fn delimited(&mut self, delimiter: char, kind: TokenKind, fault: Fault) -> TokenKind {
        let body = &self.rest()[delimiter.len_utf8()..];
        match closing(body, delimiter, delimiter != '`') {
            Some(length) => {
                self.at += length + 2 * delimiter.len_utf8();
                kind
            }
            None => {
                self.at += line_length(self.rest());
                TokenKind::Bad(fault)
            }
        }
    }

    /// `@name`, `@@name`, `` @`any name` ``.
    fn at_name(&mut self) -> TokenKind {
        let rest = self.rest();
        let signs = rest.len() - rest.trim_start_matches('@').len();
        let after = &rest[signs..];
        if after.starts_with('`') {
            self.at += signs;
            return self.delimited('`', TokenKind::Quoted, Fault::OpenName);
        }
        let length = word_length(after);
        self.at += signs + length;
        if length == 0 {
            TokenKind::Bad(Fault::Character)
        } else {
            TokenKind::Word
        }
    }

    fn number(&mut self) -> TokenKind {
        let rest = self.rest();
        let mut length = digits_length(rest);
        if rest[length..].starts_with('.') && starts_with_digit(&rest[length + 1..]) {
            length += 1 + digits_length(&rest[length + 1..]);
        }
        if let Some(exponent) = exponent_length(&rest[length..]) {
            length += exponent;
        }
        // A second dot with digits: an address or a version, which belongs in quotes.
        if rest[length..].starts_with('.') && starts_with_digit(&rest[length + 1..]) {
            let whole = rest
                .find(|c: char| !(is_word_char(c) || c == '.'))
                .unwrap_or(rest.len());
            self.at += whole;
            return TokenKind::Bad(Fault::Number);
        }
        let tail = word_length(&rest[length..]);
        self.at += length + tail;
        if tail > 0 {
            TokenKind::DigitWord
        } else {
            TokenKind::Number
        }
    }

    /// A regular expression. It may span lines, but not over a line that starts a stage: then
    /// the closing slash is more likely missing.
    fn regex(&mut self) -> TokenKind {
        let body = &self.rest()[1..];
        if let Some(length) = closing(body, '/', true) {
            let mut further = body[..length].lines().skip(1);
            if !further.any(|line| line.trim_start().starts_with('|')) {
                self.at += length + 2;
                return TokenKind::Regex;
            }
        }
        self.at += line_length(self.rest());
        TokenKind::Bad(Fault::OpenRegex)
    }

    fn placeholder(&mut self) -> TokenKind {
        let rest = self.rest();
        let line = &rest[..line_length(rest)];
        match line.find("}}") {
            Some(end) if end > 2 && line[2..end].chars().all(|c| is_word_char(c) || c == ' ') => {
                self.at += end + 2;
                TokenKind::Placeholder
            }
            Some(end) => {
                self.at += end + 2;
                TokenKind::Bad(Fault::OpenPlaceholder)
            }
            None => {
                self.at += line.len();
                TokenKind::Bad(Fault::OpenPlaceholder)
            }
        }
    }

    fn symbol(&mut self, first: char) -> TokenKind {
        const SYMBOLS: &[(&str, TokenKind)] = &[
            ("||", TokenKind::DoublePipe),
            ("&&", TokenKind::DoubleAmpersand),
            ("==", TokenKind::Equal),
            ("=~", TokenKind::Match),
            ("!=", TokenKind::NotEqual),
            ("<=", TokenKind::LessOrEqual),
            (">=", TokenKind::GreaterOrEqual),
            ("(", TokenKind::LeftParen),
            (")", TokenKind::RightParen),
            ("[", TokenKind::LeftBracket),
            ("]", TokenKind::RightBracket),
            ("{", TokenKind::LeftBrace),
            ("}", TokenKind::RightBrace),
            (",", TokenKind::Comma),
            (".", TokenKind::Dot),
            (":", TokenKind::Colon),
            ("$", TokenKind::Dollar),
            ("|", TokenKind::Pipe),
            ("+", TokenKind::Plus),
            ("-", TokenKind::Minus),
            ("*", TokenKind::Star),
            ("/", TokenKind::Slash),
            ("%", TokenKind::Percent),
            ("^", TokenKind::Caret),
            ("=", TokenKind::Equal),
            ("<", TokenKind::Less),
            (">", TokenKind::Greater),
            ("!", TokenKind::Bang),
        ];
        for (symbol, kind) in SYMBOLS {
            if self.rest().starts_with(symbol) {
                self.at += symbol.len();
                return *kind;
            }
        }
        // Letters of other scripts come as one piece, so that they are reported once.
        let rest = self.rest();
        let length = if first.is_alphanumeric() {
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        self.at += length;
        TokenKind::Bad(Fault::Character)
    }
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn word_length(text: &str) -> usize {
    text.find(|c| !is_word_char(c)).unwrap_or(text.len())
}

fn digits_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len())
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The length of `e6`, `E-3` at the start, when a whole exponent stands there.
fn exponent_length(text: &str) -> Option<usize> {
    let after = text.strip_prefix(['e', 'E'])?;
    let sign = usize::from(after.starts_with(['+', '-']));
    let digits = digits_length(&after[sign..]);
    let end = 1 + sign + digits;
    (digits > 0 && word_length(&text[end..]) == 0).then_some(end)
}

fn line_length(text: &str) -> usize {
    text.find(['\n', '\r']).unwrap_or(text.len())
}

/// The position of the closing delimiter.
fn closing(body: &str, delimiter: char, escapes: bool) -> Option<usize> {
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == delimiter {
            return Some(at);
        }
        if escapes && c == '\\' {
            chars.next();
        }
    }
    None
}

#[cfg(test)]
mod tests;
