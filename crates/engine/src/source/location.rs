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
    /// Bytes as stored; `None` for standard input.
    pub size: Option<u64>,
    /// Last change, milliseconds.
    pub modified: Option<i64>,
}

/// Where the bytes are.
#[derive(Debug, Clone)]
pub enum Location {
    /// A file of this machine.
    File(PathBuf),
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

impl Entry {
    /// What is known before the first byte: names, and account, region and slot from the key.
    pub fn context(&self, log_format: Option<&str>) -> FileContext {
        let key = s3_key::parse_key(&self.name);
        let file_name = self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name);
        FileContext {
            path: self.name.clone(),
            file_name: file_name.to_owned(),
            account: key.as_ref().map(|key| key.account.clone()),
            region: key.as_ref().map(|key| key.region.clone()),
            fallback_time: key.and_then(|key| key.slot_start_ms).or(self.modified),
            log_format: log_format.map(str::to_owned),
        }
    }

    /// Whether the name leaves it possible that the input holds an event of the range.
    pub fn may_hold(&self, range: TimeRange) -> bool {
        range.is_unbounded() || s3_key::parse_key(&self.name).is_none_or(|key| key.may_hold(range))
    }
}
