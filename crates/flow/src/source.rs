//! Where observations come from.

pub mod export;
pub mod hubble;
mod input;
mod ipfix;
mod netflow;
pub mod pcap;
mod summary;

use std::time::Duration;

use thiserror::Error;

use crate::inventory::InterfaceKey;
use crate::observation::Observation;

/// A stream of observations: a capture file, a live tap, the export of another meter.
pub trait Source {
    /// Replaces the contents of `batch` by what comes next, waiting at most `patience` for the first
    /// of it. A batch holds a bounded number of observations.
    ///
    /// # Errors
    ///
    /// When nothing can come any more: the file is corrupt, privileges are missing, the tap is gone.
    /// What was seen before has been delivered then; the batch that comes with an error is empty.
    fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError>;

    /// Ends the source before it has ended by itself, or after: replaces the contents of `batch` by what
    /// was held back until more comes, and gives back what the source has changed on the machine.
    /// Nothing is asked of it afterwards.
    ///
    /// # Errors
    ///
    /// When something could not be given back. Dropping a source gives it back as well, but cannot tell.
    fn close(&mut self, batch: &mut Batch) -> Result<(), SourceError> {
        batch.clear();
        Ok(())
    }
}

impl<S: Source + ?Sized> Source for Box<S> {
    fn next(&mut self, batch: &mut Batch, patience: Duration) -> Result<Supply, SourceError> {
        (**self).next(batch, patience)
    }

    fn close(&mut self, batch: &mut Batch) -> Result<(), SourceError> {
        (**self).close(batch)
    }
}

/// Whether there is more to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    /// Ask again.
    More,
    /// That was all; the batch still counts.
    End,
}

/// What a source delivers at once.
#[derive(Debug, Default)]
pub struct Batch {
    /// What was seen, roughly in order of time.
    pub observations: Vec<Observation>,
    /// What was lost before it could be counted.
    pub losses: Vec<Loss>,
    /// No later observation begins before this time, microseconds since the epoch: windows that end
    /// before it may close. `None` when the source cannot tell yet.
    pub watermark: Option<i64>,
    /// Packets that are never recorded: ARP, and what the exclusions name.
    pub excluded: u64,
    /// Frames that are no intelligible IP packets.
    pub malformed: u64,
    /// What the user should know, once each: a capture that ends within a packet, addresses that
    /// nobody owns. Places are named in the text.
    pub warnings: Vec<String>,
}

impl Batch {
    /// Empties the batch and keeps its memory.
    pub fn clear(&mut self) {
        self.observations.clear();
        self.losses.clear();
        self.watermark = None;
        self.excluded = 0;
        self.malformed = 0;
        self.warnings.clear();
    }
}

/// Packets that a source could not deliver; their window gets a SKIPDATA record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The interface; `None` when it may have been any.
    pub interface: Option<InterfaceKey>,
    /// When, microseconds since the epoch.
    pub at: i64,
    /// How many packets, where that is known.
    pub packets: Option<u64>,
    /// What happened, in a few words for the user.
    pub reason: &'static str,
}

/// Why a source cannot go on.
#[derive(Debug, Error)]
pub enum SourceError {
    /// A file or tap could not be opened or read.
    #[error("{what}: {error}")]
    Io {
        /// What was read: a path, a device.
        what: String,
        /// The reason.
        error: std::io::Error,
    },
    /// A privilege is missing.
    #[error("{what} needs {capability}; {instead}")]
    Privilege {
        /// What was tried.
        what: String,
        /// The Linux capability.
        capability: &'static str,
        /// What works without it.
        instead: String,
    },
    /// The input is not what it should be.
    #[error("{what}: {problem}")]
    Malformed {
        /// Path, and offset or frame where it is known.
        what: String,
        /// What is wrong, and what to do.
        problem: String,
    },
}
