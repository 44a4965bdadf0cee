//! Where records go.

pub mod encoder;
pub mod file;
pub mod lines;
pub mod objects;
pub mod whole_file;

use thiserror::Error;

use crate::inventory::Inventory;
use crate::record::ClosedWindow;

/// A place for records: standard output, a file, a folder or bucket in the key layout of AWS.
pub trait Sink {
    /// Writes the records of one window. When it returns, they are written or kept in bounded memory
    /// for a later retry; what had to be given up is an error.
    ///
    /// # Errors
    ///
    /// When records were not written and will not be.
    fn write(&mut self, window: &ClosedWindow, inventory: &Inventory) -> Result<(), SinkError>;

    /// Does what is due while no window closes: tries again what could not be written.
    ///
    /// # Errors
    ///
    /// As [`Sink::write`].
    fn tend(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    /// Writes what is still held back, and closes.
    ///
    /// # Errors
    ///
    /// As [`Sink::write`].
    fn finish(&mut self) -> Result<(), SinkError>;
}

/// Why records could not be written.
#[derive(Debug, Error)]
pub enum SinkError {
    /// The reader of standard output is gone, which is no failure of ours.
    #[error("the reader of the records has gone")]
    Closed,
    /// A file could not be written.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: String,
        /// The reason.
        error: std::io::Error,
    },
    /// An object was given up: refused for good, or for too long. Others can still be written.
    #[error("{place}: {problem}; {records} records are lost")]
    GivenUp {
        /// The object.
        place: String,
        /// How many records were in it, and in others that were given up before it.
        records: u64,
        /// What the last try ended with, and what to do.
        problem: String,
    },
}

#[cfg(test)]
pub(crate) mod tests_support;
