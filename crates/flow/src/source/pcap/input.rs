//! A buffer over a file or a pipe, unpacked on the way if it is compressed.

use std::io::{self, Chain, Cursor, ErrorKind, Read};

use flate2::read::MultiGzDecoder;

use super::Corrupt;
use crate::source::SourceError;

/// Bytes of the buffer to begin with.
const BUFFER: usize = 1 << 20;
/// The longest thing that has to lie in the buffer at once: a packet or block.
pub(super) const LONGEST: usize = 16 << 20;

/// Whether bytes are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    /// They are.
    Ready,
    /// Not yet, and reading was not allowed.
    Starved,
    /// The input ended before.
    Ended,
}

/// The input.
pub(super) struct Input {
    reader: Box<dyn Read>,
    name: String,
    buffer: Vec<u8>,
    /// The bytes of the buffer that were read but not yet used.
    start: usize,
    end: usize,
    /// Position of `start` in the unpacked input.
    offset: u64,
    compressed: bool,
    ended: bool,
}

impl Input {
    /// Looks at the first bytes, and unpacks if they are those of gzip or Zstandard.
    pub(super) fn new(mut reader: Box<dyn Read>, name: &str) -> Result<Self, SourceError> {
        let failed = |error| SourceError::Io {
            what: name.to_owned(),
            error,
        };
        let mut head = Vec::with_capacity(4);
        reader
            .by_ref()
            .take(4)
            .read_to_end(&mut head)
            .map_err(failed)?;
        let kind: [u8; 4] = std::array::from_fn(|at| head.get(at).copied().unwrap_or(0));
        let whole: Chain<Cursor<Vec<u8>>, Box<dyn Read>> = Cursor::new(head).chain(reader);
        let (reader, compressed): (Box<dyn Read>, bool) = match kind {
            [0x1f, 0x8b, ..] => (Box::new(MultiGzDecoder::new(whole)), true),
            [0x28, 0xb5, 0x2f, 0xfd] => {
                let unpacked = zstd::stream::read::Decoder::new(whole).map_err(failed)?;
                (Box::new(unpacked), true)
            }
            _ => (Box::new(whole), false),
        };
        Ok(Self {
            reader,
            name: name.to_owned(),
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
            offset: 0,
            compressed,
            ended: false,
        })
    }

    /// What messages call the input.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Position of the next byte.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// How many bytes are left, when the input has ended before what was asked for.
    pub(super) fn rest(&self) -> usize {
        self.end - self.start
    }

    /// Makes sure that `length` bytes, [`LONGEST`] at most, are in the buffer.
    #[inline]
    pub(super) fn fill(&mut self, length: usize, may_read: bool) -> Result<Fill, SourceError> {
        if self.end - self.start >= length {
            return Ok(Fill::Ready);
        }
        if !may_read && !self.ended {
            return Ok(Fill::Starved);
        }
        self.read(length)
    }

    #[inline(never)]
    fn read(&mut self, length: usize) -> Result<Fill, SourceError> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if length > self.buffer.len() {
            self.buffer.resize(length.min(LONGEST), 0);
        }
        while self.end < length && !self.ended {
            let space = self.buffer.get_mut(self.end..).unwrap_or_default();
            if space.is_empty() {
                break;
            }
            match self.reader.read(space) {
                Ok(0) => self.ended = true,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // A compressed file that was cut off, like a plain one, is good up to there.
                Err(error) if self.compressed && error.kind() == ErrorKind::UnexpectedEof => {
                    self.ended = true;
                }
                Err(error) => return Err(self.failed(error)),
            }
        }
        Ok(if self.end >= length {
            Fill::Ready
        } else {
            Fill::Ended
        })
    }

    fn failed(&self, error: io::Error) -> SourceError {
        SourceError::Io {
            what: format!("{}, after byte {}", self.name, self.offset),
            error,
        }
    }

    /// The `N` bytes from `at` on, if they are in the buffer.
    #[inline]
    pub(super) fn peek<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        let bytes = self.buffer.get(self.start + at..self.end)?;
        bytes.first_chunk().copied()
    }

    /// The next `length` bytes, which [`Input::fill`] has brought.
    #[inline]
    pub(super) fn take(&mut self, length: usize) -> &[u8] {
        let length = length.min(self.end - self.start);
        let taken = self.start..self.start + length;
        self.start += length;
        self.offset += length as u64;
        &self.buffer[taken]
    }

    /// An error at a place of the input.
    pub(super) fn malformed(&self, corrupt: Corrupt) -> SourceError {
        SourceError::Malformed {
            what: match corrupt.offset {
                0 => self.name.clone(),
                offset => format!("{}, at byte {offset}", self.name),
            },
            problem: corrupt.problem,
        }
    }
}

/// A number of a file whose byte order is known.
#[inline]
pub(super) fn word(little: bool, bytes: [u8; 4]) -> u32 {
    if little {
        u32::from_le_bytes(bytes)
    } else {
        u32::from_be_bytes(bytes)
    }
}
