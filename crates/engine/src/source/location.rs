//! Where an input's bytes are.

use std::path::PathBuf;
use std::sync::Arc;

use flowgauge_event::TimeRange;
use flowgauge_format::{FileContext, s3_key};
use object_store::ObjectStore;

/// One input.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where it is.
    pub location: Location,
    /// Path or URL, as the user would recognise it.
    pub name: String,
    /// Bytes as stored; `None` for standard input and pipes.
    pub size: Option<u64>,
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
    /// What is known before the first byte: names, and account, region and slot from the key.
    pub fn context(&self, log_format: Option<&str>) -> FileContext {
        let key = self.key();
        let file_name = self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name);
        FileContext {
            path: self.name.clone(),
            file_name: file_name.to_owned(),
            account: key.as_ref().map(|key| key.account.clone()),
            region: key.as_ref().map(|key| key.region.clone()),
            fallback_time: key.and_then(|key| key.slot_start_ms),
            log_format: log_format.map(str::to_owned),
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
