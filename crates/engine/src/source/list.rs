//! From what the user named to a list of inputs: files, folders (all files below, hidden ones left
//! out), globs, `-`, and `s3://` URLs.
//!
//! A file that is reached on several ways, by a link or because patterns overlap, is read once:
//! its events would count twice otherwise.

use std::collections::HashSet;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowgauge_event::TimeRange;
use flowgauge_format::s3_key;
use glob::MatchOptions;

use super::location::{Entry, Location};
use super::s3::Buckets;
use crate::error::InputError;
use crate::statistics::Statistics;

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
    pub async fn list(&self, paths: &[String]) -> Result<Vec<Entry>, InputError> {
        let mut local = Local {
            listing: self,
            entries: Vec::new(),
            repeats: paths.len() > 1,
        };
        let mut buckets = Buckets::new(self.endpoint_url);
        for path in paths {
            if path == "-" {
                local.entries.push(stdin());
            } else if path.starts_with("s3://") {
                local.entries.extend(buckets.list(path, self.range).await?);
            } else {
                local.list(path)?;
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

fn stdin() -> Entry {
    Entry {
        location: Location::Stdin,
        name: "-".to_owned(),
        size: None,
        membership: Arc::default(),
    }
}

/// Keeps the first of the entries that are the same file, or standard input.
fn drop_repeated(entries: &mut Vec<Entry>) {
    let mut seen = HashSet::new();
    entries.retain(|entry| match &entry.location {
        Location::File(path) | Location::Pipe(path) => {
            seen.insert(std::fs::canonicalize(path).unwrap_or_else(|_| path.clone()))
        }
        Location::Stdin => seen.insert(PathBuf::from("-")),
        Location::Object { .. } => true,
    });
}

/// The files of this machine.
struct Local<'a> {
    listing: &'a Listing<'a>,
    entries: Vec<Entry>,
    /// Whether a file may be listed twice.
    repeats: bool,
}

impl Local<'_> {
    /// Lists what one path or glob names.
    fn list(&mut self, path: &str) -> Result<(), InputError> {
        let before = self.entries.len();
        match std::fs::metadata(path) {
            Ok(metadata) => self.add(Path::new(path), &metadata)?,
            // A name that does not exist but holds wildcards is a pattern.
            Err(_) if path.contains(['*', '?', '[']) => return self.glob(path),
            Err(error) => return Err(InputError::new(path, reason(&error))),
        }
        let skipped = Statistics::get(&self.listing.statistics.folders_skipped) > 0
            || !self.listing.statistics.bad_file_list().is_empty();
        if self.entries.len() == before && !skipped {
            return Err(InputError::new(path, "there are no files in this folder"));
        }
        Ok(())
    }

    fn glob(&mut self, pattern: &str) -> Result<(), InputError> {
        // The matcher's last `**` means folders only; whoever ends with it means what is in them.
        let all = format!("{pattern}/*");
        let matched = if pattern.ends_with("**") {
            &all
        } else {
            pattern
        };
        // As in a shell, a wildcard does not stand for the dot of a hidden name.
        let options = MatchOptions {
            require_literal_leading_dot: true,
            ..MatchOptions::new()
        };
        let paths = glob::glob_with(matched, options)
            .map_err(|error| InputError::new(pattern, format!("this is no pattern: {error}")))?;
        // A pattern such as `logs/**` names folders and what is in them.
        self.repeats = true;
        let mut named = false;
        for path in paths {
            named = true;
            match path {
                Ok(path) => match std::fs::metadata(&path) {
                    Ok(metadata) => self.add(&path, &metadata)?,
                    Err(error) => self.bad(&path, &error)?,
                },
                Err(error) => self.bad(error.path(), error.error())?,
            }
        }
        if named {
            Ok(())
        } else {
            Err(InputError::new(pattern, "no file has a name like this"))
        }
    }

    fn add(&mut self, path: &Path, metadata: &Metadata) -> Result<(), InputError> {
        if metadata.is_dir() {
            return self.folder(path, &mut Vec::new());
        }
        self.entries.push(entry(path.to_owned(), metadata));
        Ok(())
    }

    /// Lists the files below a folder. `above` holds the folders that lead here, links resolved.
    fn folder(&mut self, folder: &Path, above: &mut Vec<PathBuf>) -> Result<(), InputError> {
        let read = std::fs::canonicalize(folder).and_then(|resolved| {
            let children = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
            Ok((resolved, children))
        });
        let (resolved, mut children) = match read {
            Ok(read) => read,
            Err(error) => return self.bad(folder, &error),
        };
        if above.contains(&resolved) {
            // A link back to a folder that is being listed.
            return Ok(());
        }
        above.push(resolved);
        children.sort_by_key(std::fs::DirEntry::file_name);
        for child in children {
            if child.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            self.repeats |= child.file_type().is_ok_and(|kind| kind.is_symlink());
            let path = child.path();
            match std::fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    // A folder of another day needs no look.
                    if self.outside(&path) {
                        Statistics::add(&self.listing.statistics.folders_skipped, 1);
                    } else {
                        self.folder(&path, above)?;
                    }
                }
                // Pipes and sockets that happen to lie in a folder would block.
                Ok(metadata) if metadata.is_file() => self.entries.push(entry(path, &metadata)),
                Ok(_) => {}
                Err(error) => self.bad(&path, &error)?,
            }
        }
        above.pop();
        Ok(())
    }

    fn outside(&self, folder: &Path) -> bool {
        s3_key::prefix_bounds(&folder.to_string_lossy().replace('\\', "/"))
            .is_some_and(|(first, last)| !self.listing.range.overlaps(first, last))
    }

    /// What cannot be looked at ends the query, or is noted when the user said so.
    fn bad(&self, path: &Path, error: &std::io::Error) -> Result<(), InputError> {
        let error = InputError::new(path.display().to_string(), reason(error));
        if !self.listing.skip_bad {
            return Err(error);
        }
        self.listing.statistics.note_bad_file(error.to_string());
        Ok(())
    }
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
