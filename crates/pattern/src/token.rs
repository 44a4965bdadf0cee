//! Tokens: pieces of a line, and what their look says about them.

/// What a token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Letters only: as a rule, text of the statement that wrote the line.
    Word = 0,
    /// A name with punctuation or a digit or two in it: text or value, the other lines tell.
    Name = 1,
    /// A lone hyphen, which stands for a value that is not there.
    Dash = 2,
    /// A number, also with a unit.
    Number = 3,
    /// An identifier: a UUID, hexadecimal digits, a word with several digits.
    Id = 4,
    /// An IP address or network.
    Ip = 5,
    /// A date, a time of day, or both.
    Time = 6,
    /// A path in a file system, or of a URL.
    Path = 7,
    /// A URL.
    Url = 8,
    /// An e-mail address.
    Email = 9,
    /// Anything else that is certainly a value: a quoted user agent, a very long word, the rest of
    /// a line with very many tokens.
    Blob = 10,
    /// Whatever stands at a place where too many different tokens stood.
    Any = 11,
}

impl Kind {
    /// Whether lines are told apart by the very text of the token.
    #[inline]
    pub fn is_literal(self) -> bool {
        matches!(self, Kind::Word | Kind::Name | Kind::Dash)
    }

    /// The word for a value of the kind in patterns.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Number => "Number",
            Kind::Id => "ID",
            Kind::Ip => "IP",
            Kind::Time => "Time",
            Kind::Path => "Path",
            Kind::Url => "URL",
            Kind::Email => "Email",
            Kind::Word | Kind::Name | Kind::Dash | Kind::Blob | Kind::Any => "Token",
        }
    }

    /// The kind with a number, as states are written.
    pub(crate) fn from_code(code: u8) -> Option<Kind> {
        const KINDS: [Kind; 12] = [
            Kind::Word,
            Kind::Name,
            Kind::Dash,
            Kind::Number,
            Kind::Id,
            Kind::Ip,
            Kind::Time,
            Kind::Path,
            Kind::Url,
            Kind::Email,
            Kind::Blob,
            Kind::Any,
        ];
        KINDS.get(usize::from(code)).copied()
    }
}

/// A token of a line: bytes `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// Byte after the last one.
    pub end: u32,
    /// What it looks like.
    pub kind: Kind,
}

impl Token {
    /// The token's text.
    #[inline]
    pub fn text<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        &line[self.start as usize..self.end as usize]
    }
}
