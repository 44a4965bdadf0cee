//! Where records go.

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
    /// A bucket refused or did not answer.
    #[error("{url}: {problem}")]
    Store {
        /// The object or bucket.
        url: String,
        /// What it said, how often it was tried, and what to do.
        problem: String,
    },
}
