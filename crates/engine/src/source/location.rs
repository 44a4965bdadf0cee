//! Where an input's bytes are.

use std::path::PathBuf;
use std::sync::Arc;

use flowgauge_event::TimeRange;
use flowgauge_format::{FileContext, s3_key};
use object_store::ObjectStore;

use super::open::Reading;

/// One input.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where it is.
    pub location: Location,
    /// Path or URL, as the user would recognise it.
    pub name: String,
    /// Bytes as stored; `None` for standard input and pipes.
    pub size: Option<u64>,
    /// What it shares with other inputs.
    pub membership: Arc<Membership>,
}

/// What inputs have in common that the user named together.
#[derive(Debug, Default)]
pub struct Membership {
    /// How they are to be read.
    pub reading: Reading,
    /// The account of the log group.
    pub account: Option<String>,
    /// The name of the log group, if they are one.
    pub group: Option<String>,
}

/// Where the bytes are.
#[derive(Debug, Clone)]
pub enum Location {
    /// A file of this machine.
    File(PathBuf),
    /// A pipe or device of this machine, such as a shell's `<(…)`: it can be read only once.
    Pipe(PathBuf),
    /// Standard input.
    Stdin,
    /// An object.
    Object {
        /// The bucket.
        store: Arc<dyn ObjectStore>,
        /// The key.
        key: object_store::path::Path,
    },
}

impl Location {
    /// Whether the bytes can be read only once, and only from the beginning.
    pub fn is_stream(&self) -> bool {
        matches!(self, Location::Pipe(_) | Location::Stdin)
    }
}

impl Entry {
    /// What is known before the first byte: names, and account, region and slot from the key. In
    /// a log group, events come from the group, not from the path.
    pub fn context(&self) -> FileContext {
        let key = self.key();
        let membership = &self.membership;
        let mut segments = self.name.rsplit(['/', '\\']);
        let file_name = segments.next().unwrap_or(&self.name);
        let account = membership.account.clone();
        FileContext {
            path: membership.group.as_ref().unwrap_or(&self.name).clone(),
            file_name: file_name.to_owned(),
            folder: segments.next().map(str::to_owned),
            account: account.or_else(|| key.as_ref().map(|key| key.account.clone())),
            region: key.as_ref().map(|key| key.region.clone()),
            fallback_time: key.and_then(|key| key.slot_start_ms),
            log_format: membership.reading.log_format.clone(),
        }
    }

    /// Whether the name leaves it possible that the input holds an event of the range.
    pub fn may_hold(&self, range: TimeRange) -> bool {
        range.is_unbounded() || self.key().is_none_or(|key| key.may_hold(range))
    }

    /// What the name tells; the separators of Windows count as those of keys.
    fn key(&self) -> Option<s3_key::KeyInfo> {
        s3_key::parse_key(&self.name.replace('\\', "/"))
    }
}
