//! Cuts one JSON document into its records, from chunks of any size.
//!
//! The document is an object whose `Records` member is an array, or an array itself; several
//! documents may follow each other. Each element comes out as one line: white space outside
//! strings is dropped, and a line feed inside a string, which JSON does not allow, becomes `\n`.
//! Only brackets and strings are looked at here; the decoder checks each element's grammar.

use std::fmt;

use flowgauge_event::limits;
use memchr::memchr2;

/// Why the document could not be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordError {
    /// Byte offset in the document.
    pub offset: u64,
    /// What stands there.
    pub problem: RecordProblem,
}

/// What is wrong with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordProblem {
    /// It ends before its last bracket.
    Truncated,
    /// It has neither a `Records` array nor is it an array.
    NoRecords,
    /// A character that cannot stand there.
    Unexpected(u8),
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offset = self.offset;
        match self.problem {
            RecordProblem::Truncated => write!(
                f,
                "the JSON document breaks off at byte {offset}; the records before it were read"
            ),
            RecordProblem::NoRecords => write!(
                f,
                "the JSON document has no `Records` array and is no array; read it with --format json or text"
            ),
            RecordProblem::Unexpected(byte) => write!(
                f,
                "unexpected `{}` at byte {offset} of the JSON document; the records before it were read",
                byte.escape_ascii()
            ),
        }
    }
}

impl std::error::Error for RecordError {}

/// The member that holds the records.
const RECORDS: &[u8] = b"Records";

/// A streaming splitter; feed it the whole document, then call [`RecordSplitter::finish`].
#[derive(Debug, Default)]
pub struct RecordSplitter {
    state: State,
    /// Bytes consumed.
    offset: u64,
    /// Whether the array of records is the document itself.
    top_level: bool,
    /// Whether any array of records was met.
    found: bool,
    /// Open brackets inside the current value.
    depth: usize,
    /// Beginning of the last key; one byte longer than [`RECORDS`] at most.
    key: Vec<u8>,
    /// The element read so far.
    element: Vec<u8>,
    /// Whether the element passed [`limits::EVENT_BYTES`] and lost its end.
    cutting: bool,
    cut: u64,
    failed: Option<RecordError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// Before a document.
    #[default]
    Start,
    /// Before a member's key or the end of the document.
    Member,
    /// In a key, possibly behind a backslash.
    Key(Escape),
    Colon,
    /// Before a member's value.
    Value,
    /// In the value of another member.
    Skip,
    SkipString(Escape),
    /// Behind a member.
    AfterMember,
    /// Before an element or the end of the array.
    Array,
    /// In an element.
    Element,
    ElementString(Escape),
}

/// Whether the byte before was a backslash that escapes the next.
type Escape = bool;

impl RecordSplitter {
    /// A splitter at the beginning of a document.
    pub fn new() -> RecordSplitter {
        RecordSplitter::default()
    }

    /// Elements longer than [`limits::EVENT_BYTES`], cut there.
    pub fn cut(&self) -> u64 {
        self.cut
    }

    /// Reads a chunk and appends each element that it completes, and a line feed, to `out`. After
    /// an error every further call returns the same error.
    pub fn feed(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), RecordError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut pos = 0;
        while pos < chunk.len() {
            match self.step(&chunk[pos..], out) {
                Ok(used) => {
                    pos += used;
                    self.offset += used as u64;
                }
                Err(byte) => return Err(self.fail(RecordProblem::Unexpected(byte))),
            }
        }
        Ok(())
    }

    /// Ends the document. Elements that were complete have been delivered before any error.
    pub fn finish(&mut self) -> Result<(), RecordError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        if self.state != State::Start {
            return Err(self.fail(RecordProblem::Truncated));
        }
        if !self.found && self.offset > 0 {
            return Err(self.fail(RecordProblem::NoRecords));
        }
        Ok(())
    }

    #[cold]
    fn fail(&mut self, problem: RecordProblem) -> RecordError {
        let error = RecordError {
            offset: self.offset,
            problem,
        };
        self.failed = Some(error);
        error
    }

    /// Consumes the beginning of `rest`, which is not empty, and returns how many bytes; 0 only
    /// when the state changed, so that the next step gets on. Fails with the byte that cannot stand there.
    fn step(&mut self, rest: &[u8], out: &mut Vec<u8>) -> Result<usize, u8> {
        let byte = rest[0];
        let blank = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        match self.state {
            State::Key(escape) => return Ok(self.key(rest, escape)),
            State::SkipString(escape) => {
                return Ok(self.string(rest, escape, State::SkipString, State::Skip, out));
            }
            State::ElementString(escape) => {
                return Ok(self.string(rest, escape, State::ElementString, State::Element, out));
            }
            _ if blank => {
                // Ends a bare element such as a number.
                if self.state == State::Element && self.depth == 0 && !self.element.is_empty() {
                    self.complete(out);
                }
                return Ok(1);
            }
            State::Element => return Ok(self.element(rest, out)),
            State::Skip => return Ok(self.skip(byte)),
            _ => {}
        }
        self.state = match (self.state, byte) {
            // A byte order mark.
            (State::Start, 0xEF | 0xBB | 0xBF) => State::Start,
            (State::Start, b'{') => State::Member,
            (State::Start, b'[') => {
                self.top_level = true;
                self.found = true;
                State::Array
            }
            (State::Member, b'"') => {
                self.key.clear();
                State::Key(false)
            }
            (State::Colon, b':') => State::Value,
            (State::Value, b'[') if self.key == RECORDS => {
                self.top_level = false;
                self.found = true;
                State::Array
            }
            (State::Value, b',' | b':' | b']' | b'}') => return Err(byte),
            (State::Value, _) => {
                self.state = State::Skip;
                return Ok(0);
            }
            (State::AfterMember, b',') => State::Member,
            (State::AfterMember | State::Member, b'}') => State::Start,
            (State::Array, b',') => State::Array,
            (State::Array, b']') if self.top_level => State::Start,
            (State::Array, b']') => State::AfterMember,
            (State::Array, b'}' | b':') => return Err(byte),
            (State::Array, _) => {
                self.state = State::Element;
                return Ok(0);
            }
            _ => return Err(byte),
        };
        Ok(1)
    }

    fn key(&mut self, rest: &[u8], escape: Escape) -> usize {
        let byte = rest[0];
        if byte == b'"' && !escape {
            self.state = State::Colon;
            return 1;
        }
        if self.key.len() <= RECORDS.len() {
            self.key.push(byte);
        }
        self.state = State::Key(byte == b'\\' && !escape);
        1
    }

    /// Reads on inside a string of an element or of a skipped value.
    fn string(
        &mut self,
        rest: &[u8],
        escape: Escape,
        inside: fn(Escape) -> State,
        behind: State,
        out: &mut Vec<u8>,
    ) -> usize {
        let used = if escape {
            self.state = inside(false);
            1
        } else {
            match memchr2(b'"', b'\\', rest) {
                Some(at) if rest[at] == b'\\' => {
                    self.state = inside(true);
                    at + 1
                }
                Some(at) => {
                    self.state = behind;
                    at + 1
                }
                None => rest.len(),
            }
        };
        if behind == State::Element {
            self.keep_string(&rest[..used]);
        }
        if self.state == behind && self.depth == 0 {
            match behind {
                State::Element => self.complete(out),
                _ => self.state = State::AfterMember,
            }
        }
        used
    }

    /// Reads on in an element, up to the next string, blank or the element's end.
    fn element(&mut self, rest: &[u8], out: &mut Vec<u8>) -> usize {
        for (at, byte) in rest.iter().enumerate() {
            match byte {
                b'"' => {
                    self.state = State::ElementString(false);
                    self.keep(&rest[..=at]);
                    return at + 1;
                }
                b' ' | b'\t' | b'\r' | b'\n' => {
                    self.keep(&rest[..at]);
                    return at;
                }
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.keep(&rest[..=at]);
                        self.complete(out);
                        return at + 1;
                    }
                }
                b',' | b']' | b'}' if self.depth == 0 => {
                    // Ends a bare element; the byte itself belongs to the array.
                    self.keep(&rest[..at]);
                    self.complete(out);
                    return at;
                }
                _ => {}
            }
        }
        self.keep(rest);
        rest.len()
    }

    fn skip(&mut self, byte: u8) -> usize {
        match byte {
            b'"' => self.state = State::SkipString(false),
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                if self.depth == 0 {
                    self.state = State::AfterMember;
                }
            }
            b',' | b'}' | b']' if self.depth == 0 => {
                self.state = State::AfterMember;
                return 0;
            }
            _ => {}
        }
        1
    }

    /// Ends the element and goes back to the array.
    fn complete(&mut self, out: &mut Vec<u8>) {
        self.cut += u64::from(self.cutting);
        self.cutting = false;
        out.append(&mut self.element);
        out.push(b'\n');
        self.state = State::Array;
    }

    fn keep_string(&mut self, text: &[u8]) {
        let mut rest = text;
        while let Some(at) = memchr2(b'\n', b'\r', rest) {
            self.keep(&rest[..at]);
            self.keep(if rest[at] == b'\n' { b"\\n" } else { b"\\r" });
            rest = &rest[at + 1..];
        }
        self.keep(rest);
    }

    fn keep(&mut self, text: &[u8]) {
        if self.cutting {
            return;
        }
        let room = limits::EVENT_BYTES - self.element.len();
        if text.len() <= room {
            self.element.extend_from_slice(text);
            return;
        }
        self.cutting = true;
        self.element.extend_from_slice(&text[..room]);
        // Not in the middle of a character.
        while let Some(0x80..=0xBF) = self.element.last() {
            self.element.pop();
        }
        if let Some(0xC0..) = self.element.last() {
            self.element.pop();
        }
    }
}
