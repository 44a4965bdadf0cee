//! The bytes of a file or a pipe, unpacked on the way if they are compressed, in one buffer that
//! whoever reads them decodes in.
//!
//! A file has its bytes when they are asked for. A pipe may have none for hours, and nobody can be
//! called back from reading it: it is read on a thread of its own, and waited for no longer than the
//! source may wait.

mod pipe;
mod unpack;

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::Duration;

use crate::source::SourceError;

use pipe::Pipe;
use unpack::unpacked;

/// Bytes of the buffer to begin with.
const BUFFER: usize = 1 << 20;
/// The longest thing that has to lie in the buffer at once: a packet or block.
pub(super) const LONGEST: usize = 16 << 20;

/// Whether bytes are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    /// They are.
    Ready,
    /// Not yet: reading was not allowed, or a pipe had nothing in time.
    Starved,
    /// The input ended before.
    Ended,
}

/// The input.
pub(super) struct Input {
    origin: Origin,
    name: String,
    buffer: Vec<u8>,
    /// The bytes of the buffer that were read but not yet used.
    start: usize,
    end: usize,
    /// Position of `start` in the unpacked input.
    offset: u64,
    ended: bool,
}

enum Origin {
    /// Has its bytes when they are asked for.
    File(Box<dyn Read>),
    Pipe(Pipe),
}

impl Input {
    /// Opens a file or a named pipe; `-` is standard input.
    pub(super) fn open(path: &Path) -> Result<Self, SourceError> {
        if path.as_os_str() == "-" {
            return Self::pipe(io::stdin(), "standard input");
        }
        let name = path.display().to_string();
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?.is_file(), file)));
        match opened {
            Ok((true, file)) => Self::file(Box::new(file), &name),
            Ok((false, pipe)) => Self::pipe(pipe, &name),
            Err(error) => Err(SourceError::Io { what: name, error }),
        }
    }

    /// Reads what has its bytes when they are asked for; `name` is what messages call it.
    pub(super) fn file(reader: Box<dyn Read>, name: &str) -> Result<Self, SourceError> {
        match unpacked(reader) {
            Ok(reader) => Ok(Self::new(Origin::File(reader), name)),
            Err(error) => Err(SourceError::Io {
                what: name.to_owned(),
                error,
            }),
        }
    }

    /// Reads what may have no bytes for a long time; `name` is what messages call it.
    pub(super) fn pipe(
        reader: impl Read + Send + 'static,
        name: &str,
    ) -> Result<Self, SourceError> {
        match Pipe::new(reader) {
            Ok(pipe) => Ok(Self::new(Origin::Pipe(pipe), name)),
            Err(error) => Err(SourceError::Io {
                what: name.to_owned(),
                error,
            }),
        }
    }

    fn new(origin: Origin, name: &str) -> Self {
        Self {
            origin,
            name: name.to_owned(),
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
            offset: 0,
            ended: false,
        }
    }

    /// What messages call the input.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Position of the next byte.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// What lies in the buffer.
    pub(super) fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// From now on, a pipe is waited for until `patience` has passed.
    pub(super) fn wait_at_most(&mut self, patience: Duration) {
        if let Origin::Pipe(pipe) = &mut self.origin {
            pipe.wait_at_most(patience);
        }
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
            let read = match &mut self.origin {
                Origin::File(file) => file.read(space).map(Some),
                Origin::Pipe(pipe) => pipe.read(space),
            };
            match read {
                Ok(Some(0)) => self.ended = true,
                Ok(Some(read)) => self.end += read,
                Ok(None) => return Ok(Fill::Starved),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
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
}

#[cfg(test)]
mod tests;
