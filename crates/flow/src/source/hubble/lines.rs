//! The lines of a file or a pipe.

use std::time::Duration;

use memchr::memchr;

use crate::source::SourceError;
use crate::source::input::{Fill, Input};

/// The longest line that is read, bytes; those of Hubble have one or two kilobytes.
pub(super) const LINE: usize = 1024 * 1024;

/// Lines.
pub(super) struct Lines {
    input: Input,
    /// Bytes at the front of the buffer that are known to have no end of a line.
    searched: usize,
    /// Whether what comes belongs to a line that is too long.
    passing_over: bool,
}

/// The next line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'l> {
    /// Its text, with its end where it has one.
    Text(&'l [u8]),
    /// One that is longer than [`LINE`].
    TooLong,
    /// Not whole yet: reading was not allowed, or a pipe had no more in time.
    Starved,
    /// There is none.
    End,
}

impl Lines {
    /// The lines of an input from its beginning.
    pub(super) fn new(input: Input) -> Lines {
        Lines {
            input,
            searched: 0,
            passing_over: false,
        }
    }

    /// What messages call the input.
    pub(super) fn name(&self) -> &str {
        self.input.name()
    }

    /// From now on, a pipe is waited for until `patience` has passed.
    pub(super) fn wait_at_most(&mut self, patience: Duration) {
        self.input.wait_at_most(patience);
    }

    /// The next line; without `may_read`, of what the buffer has.
    pub(super) fn next(&mut self, may_read: bool) -> Result<Line<'_>, SourceError> {
        loop {
            let rest = self.input.rest();
            let new = rest.get(self.searched..).unwrap_or_default();
            if let Some(place) = memchr(b'\n', new) {
                let length = self.searched + place + 1;
                self.searched = 0;
                if !self.passing_over {
                    return Ok(Line::Text(self.input.take(length)));
                }
                self.input.take(length);
                self.passing_over = false;
                continue;
            }
            self.searched = rest.len();
            let is_too_long = self.searched >= LINE && !self.passing_over;
            if is_too_long || self.passing_over {
                // What is of no use makes room.
                self.input.take(self.searched);
                self.searched = 0;
                self.passing_over = true;
            }
            if is_too_long {
                return Ok(Line::TooLong);
            }
            match self.input.fill(self.searched + 1, may_read)? {
                Fill::Ready => {}
                Fill::Starved => return Ok(Line::Starved),
                Fill::Ended => {
                    let length = std::mem::take(&mut self.searched);
                    return Ok(match self.input.take(length) {
                        [] => Line::End,
                        line => Line::Text(line),
                    });
                }
            }
        }
    }
}
