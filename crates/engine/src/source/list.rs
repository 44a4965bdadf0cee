//! From what the user named to a list of inputs: files, folders (all files below, hidden ones left
//! out), globs, `-`, and `s3://` URLs.
//!
//! A file that is reached on several ways, by a link or because patterns overlap, is read once:
//! its events would count twice otherwise.

mod local;

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::Metadata;
use std::path::PathBuf;
use std::sync::Arc;

use flowgauge_event::TimeRange;

use super::location::{Entry, Location};
use super::s3::Buckets;
use crate::error::InputError;
use crate::statistics::Statistics;
use local::Local;

/// What decides which inputs are listed.
pub struct Listing<'a> {
    /// Inputs whose name shows that they hold nothing of it are left out and counted.
    pub range: TimeRange,
    /// Address of an S3-compatible server instead of AWS.
    pub endpoint_url: Option<&'a str>,
    /// Whether what cannot be looked at below a folder is noted instead of ending the query.
    pub skip_bad: bool,
    /// Counters.
    pub statistics: &'a Statistics,
}

impl Listing<'_> {
    /// Lists every input, in the order named and sorted by name within a folder or glob.
    pub async fn list(&self, paths: &[OsString]) -> Result<Vec<Entry>, InputError> {
        let mut local = Local::new(self, paths.len() > 1);
        let mut buckets = Buckets::new(self.endpoint_url);
        for path in paths {
            match path.to_str() {
                Some("-") => local.entries.push(stdin()),
                Some(url) if url.starts_with("s3://") => {
                    local.entries.extend(buckets.list(url, self.range).await?);
                }
                _ => local.list(path)?,
            }
        }
        let Local {
            mut entries,
            repeats,
            ..
        } = local;
        if repeats {
            drop_repeated(&mut entries);
        }
        entries.retain(|entry| {
            let keep = entry.may_hold(self.range);
            if !keep {
                Statistics::add(&self.statistics.files_skipped, 1);
                Statistics::add(&self.statistics.bytes_skipped, entry.size.unwrap_or(0));
            }
            keep
        });
        Ok(entries)
    }
}

/// The files of this machine that a path or pattern names, as far as they can be looked at.
pub fn local_files(path: &OsStr) -> Vec<PathBuf> {
    let listing = Listing {
        range: TimeRange::default(),
        endpoint_url: None,
        skip_bad: true,
        statistics: &Statistics::default(),
    };
    let mut local = Local::new(&listing, false);
    // What is wrong with a pattern is told by whoever reads.
    let _ = local.list(path);
    let files = local.entries.into_iter();
    files
        .filter_map(|entry| match entry.location {
            Location::File(path) | Location::Pipe(path) => Some(path),
            Location::Stdin | Location::Object { .. } => None,
        })
        .collect()
}

fn stdin() -> Entry {
    Entry {
        location: Location::Stdin,
        name: "-".to_owned(),
        size: None,
        membership: Arc::default(),
    }
}

/// Keeps the first of the entries that are the same file or object, or standard input.
fn drop_repeated(entries: &mut Vec<Entry>) {
    let mut seen = HashSet::new();
    entries.retain(|entry| match &entry.location {
        Location::File(path) | Location::Pipe(path) => {
            seen.insert(std::fs::canonicalize(path).unwrap_or_else(|_| path.clone()))
        }
        Location::Stdin => seen.insert(PathBuf::from("-")),
        // Its URL, which no resolved path looks like.
        Location::Object { .. } => seen.insert(PathBuf::from(&entry.name)),
    });
}

fn entry(path: PathBuf, metadata: &Metadata) -> Entry {
    let regular = metadata.is_file();
    Entry {
        name: path.to_string_lossy().into_owned(),
        // A pipe or device has no size worth believing.
        size: regular.then_some(metadata.len()),
        membership: Arc::default(),
        location: if regular {
            Location::File(path)
        } else {
            Location::Pipe(path)
        },
    }
}

/// The reason of an I/O error in the user's words.
pub fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
