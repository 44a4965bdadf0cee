//! Reading JSON text in place: no tree is built, values are spans of the text.
//!
//! [`Cursor`] (this file) steps over values and checks their grammar; [`walk::Walker`] collects
//! the requested fields of an event in one pass; [`access`] answers single questions (one path,
//! the elements of an array) for functions such as `jsonParse` and `jsonArraySize`;
//! [`flatten`] names every field of an event; [`text`] unescapes and escapes strings.
//!
//! The grammar is RFC 8259, with two leniencies that logs need: control characters may stand
//! unescaped inside strings, and a lone surrogate escape reads as U+FFFD. Stepping over a value
//! never recurses; collecting recurses at most [`flowgauge_event::limits::JSON_DEPTH`] levels.

pub mod access;
pub mod flatten;
pub mod paths;
pub mod text;
pub mod walk;

use flowgauge_event::limits;
use memchr::memchr2;

pub use access::{Step, array_size, elements, entries, get, is_array, is_object, root};
pub use text::{escape, unescape};

/// The text breaks the grammar of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed {
    /// Byte offset at which reading stopped.
    pub offset: usize,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string; `escaped` when it holds a backslash.
    String {
        /// Whether the text must be unescaped before use.
        escaped: bool,
    },
    /// A number.
    Number,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
    /// An object.
    Object,
    /// An array.
    Array,
}

/// Where a value stands in the text; the quotes of a string do not belong to the span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
}

impl Span {
    /// The text of the span.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }
}

/// A reading position in JSON text.
#[derive(Debug, Clone)]
pub struct Cursor<'t> {
    bytes: &'t [u8],
    /// Byte offset of the next character.
    pub pos: usize,
    /// Scalars other than `null` stepped over at a level that counts as a field (spec 8.4).
    pub leaves: usize,
}

/// Which of the open containers are objects: one bit each, innermost last.
#[derive(Default)]
struct Nesting {
    low: u64,
    spilled: Vec<u64>,
    depth: usize,
}

impl Nesting {
    fn push(&mut self, object: bool) {
        if self.depth.is_multiple_of(64) && self.depth > 0 {
            self.spilled.push(self.low);
        }
        self.low = (self.low << 1) | u64::from(object);
        self.depth += 1;
    }

    fn pop(&mut self) {
        self.depth -= 1;
        self.low >>= 1;
        if self.depth.is_multiple_of(64)
            && let Some(word) = self.spilled.pop()
        {
            self.low = word;
        }
    }

    fn in_object(&self) -> bool {
        self.low & 1 == 1
    }
}

impl<'t> Cursor<'t> {
    /// A cursor at byte `pos` of `text`, which must be a character boundary.
    pub fn new(text: &'t str, pos: usize) -> Cursor<'t> {
        Cursor {
            bytes: text.as_bytes(),
            pos,
            leaves: 0,
        }
    }

    /// The error for the present position.
    #[cold]
    pub fn malformed(&self) -> Malformed {
        Malformed { offset: self.pos }
    }

    /// The next byte, if any.
    #[inline]
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    /// Steps over white space.
    #[inline]
    pub fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.pos += 1;
        }
    }

    /// Steps over white space and returns the byte behind it.
    #[inline]
    pub fn next_token(&mut self) -> Option<u8> {
        self.blanks();
        self.peek()
    }

    /// Steps over the punctuation `byte`, with white space before it.
    #[inline]
    pub fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.next_token() == Some(byte) {
            self.pos += 1;
            Ok(())
        } else {
            Err(self.malformed())
        }
    }

    /// Whether only white space follows.
    pub fn at_end(&mut self) -> bool {
        self.next_token().is_none()
    }

    /// Reads a member's key and the colon behind it.
    #[inline]
    pub fn key(&mut self) -> Result<Span, Malformed> {
        if self.next_token() != Some(b'"') {
            return Err(self.malformed());
        }
        let key = self.string()?;
        self.expect(b':')?;
        Ok(key)
    }

    /// Reads the string whose opening quote stands at the cursor.
    #[inline]
    pub fn string(&mut self) -> Result<Span, Malformed> {
        let start = self.pos + 1;
        let mut escaped = false;
        self.pos = start;
        loop {
            self.pos = find_quote_or_backslash(self.bytes, self.pos);
            match self.peek() {
                Some(b'"') => {
                    let end = self.pos;
                    self.pos += 1;
                    return Ok(Span {
                        kind: Kind::String { escaped },
                        start,
                        end,
                    });
                }
                Some(_) => {
                    escaped = true;
                    self.escape()?;
                }
                None => return Err(self.malformed()),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Malformed> {
        match self.bytes.get(self.pos + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.pos += 2,
            Some(b'u') => {
                let digits = self.bytes.get(self.pos + 2..self.pos + 6);
                if !digits.is_some_and(|d| d.iter().all(u8::is_ascii_hexdigit)) {
                    return Err(self.malformed());
                }
                self.pos += 6;
            }
            _ => return Err(self.malformed()),
        }
        Ok(())
    }

    /// Reads the scalar at the cursor.
    #[inline]
    pub fn scalar(&mut self) -> Result<Span, Malformed> {
        let start = self.pos;
        let kind = match self.peek() {
            Some(b'"') => return self.string(),
            Some(b'-' | b'0'..=b'9') => {
                self.number()?;
                Kind::Number
            }
            Some(b't') => self.word(b"true", Kind::True)?,
            Some(b'f') => self.word(b"false", Kind::False)?,
            Some(b'n') => self.word(b"null", Kind::Null)?,
            _ => return Err(self.malformed()),
        };
        Ok(Span {
            kind,
            start,
            end: self.pos,
        })
    }

    fn word(&mut self, word: &[u8], kind: Kind) -> Result<Kind, Malformed> {
        if !self.bytes[self.pos..].starts_with(word) {
            return Err(self.malformed());
        }
        self.pos += word.len();
        Ok(kind)
    }

    fn number(&mut self) -> Result<(), Malformed> {
        if self.peek() == Some(b'-') {
            self.pos += 1;
        }
        match self.peek() {
            // A leading zero stands alone; a digit behind it is caught by whoever reads on.
            Some(b'0') => self.pos += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.pos += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.pos += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.pos += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.pos;
        while let Some(b'0'..=b'9') = self.peek() {
            self.pos += 1;
        }
        if self.pos == start {
            return Err(self.malformed());
        }
        Ok(())
    }

    /// Reads the value behind any white space. `level` is the number of containers around it;
    /// scalars at more than [`limits::JSON_DEPTH`] levels are not counted as leaves.
    pub fn value(&mut self, level: usize) -> Result<Span, Malformed> {
        let first = self.next_token();
        let start = self.pos;
        let kind = match first {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            _ => {
                let span = self.scalar()?;
                self.count(span.kind, level);
                return Ok(span);
            }
        };
        self.container(level)?;
        Ok(Span {
            kind,
            start,
            end: self.pos,
        })
    }

    /// Counts a scalar as a leaf.
    #[inline]
    pub fn count(&mut self, kind: Kind, level: usize) {
        if kind != Kind::Null && level <= limits::JSON_DEPTH {
            self.leaves += 1;
        }
    }

    /// Steps over the container whose bracket stands at the cursor.
    fn container(&mut self, level: usize) -> Result<(), Malformed> {
        let mut open = Nesting::default();
        loop {
            // At a value.
            match self.next_token() {
                Some(b'{') => {
                    self.pos += 1;
                    open.push(true);
                    if self.next_token() != Some(b'}') {
                        self.key()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.pos += 1;
                    open.push(false);
                    if self.next_token() != Some(b']') {
                        continue;
                    }
                }
                _ => {
                    let span = self.scalar()?;
                    self.count(span.kind, level + open.depth);
                }
            }
            // Behind a value, or at the end of an empty container.
            loop {
                match self.next_token() {
                    Some(b',') => {
                        self.pos += 1;
                        if open.in_object() {
                            self.key()?;
                        }
                        break;
                    }
                    Some(b'}') if open.in_object() => {}
                    Some(b']') if !open.in_object() => {}
                    _ => return Err(self.malformed()),
                }
                self.pos += 1;
                open.pop();
                if open.depth == 0 {
                    return Ok(());
                }
            }
        }
    }
}

/// The first `"` or `\` at or after `pos`, or the length of `bytes`.
#[inline]
fn find_quote_or_backslash(bytes: &[u8], mut pos: usize) -> usize {
    // Keys and most values are short: four words by hand before the vector search pays off.
    for _ in 0..4 {
        let Some(word) = bytes.get(pos..).and_then(<[u8]>::first_chunk::<8>) else {
            break;
        };
        let word = u64::from_le_bytes(*word);
        let hits = zero_bytes(word ^ QUOTES) | zero_bytes(word ^ BACKSLASHES);
        if hits != 0 {
            // The lowest hit is exact; only bits above it can be false.
            return pos + (hits.trailing_zeros() / 8) as usize;
        }
        pos += 8;
    }
    let rest = bytes.get(pos..).unwrap_or_default();
    pos + memchr2(b'"', b'\\', rest).unwrap_or(rest.len())
}

const ONES: u64 = u64::MAX / 255;
const QUOTES: u64 = ONES * b'"' as u64;
const BACKSLASHES: u64 = ONES * b'\\' as u64;

#[inline]
fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & (ONES << 7)
}
