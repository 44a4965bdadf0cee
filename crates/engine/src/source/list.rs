//! From what the user named to a list of inputs: files, folders (all files below, hidden ones left
//! out), globs, `-`, and `s3://` URLs.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use flowgauge_event::TimeRange;
use flowgauge_format::s3_key;

use super::location::{Entry, Location};
use super::s3::Buckets;
use crate::error::InputError;
use crate::statistics::Statistics;

/// Lists every input, in the order named and sorted by name within a folder or glob. Inputs whose
/// name shows that they hold nothing of the range are left out and counted.
pub async fn list(
    paths: &[String],
    range: TimeRange,
    endpoint_url: Option<&str>,
    statistics: &Statistics,
) -> Result<Vec<Entry>, InputError> {
    let mut entries = Vec::new();
    let mut buckets = Buckets::new(endpoint_url);
    for path in paths {
        if path == "-" {
            entries.push(stdin());
        } else if path.starts_with("s3://") {
            entries.extend(buckets.list(path, range).await?);
        } else {
            list_local(path, range, &mut entries)?;
        }
    }
    entries.retain(|entry| {
        let keep = entry.may_hold(range);
        if !keep {
            Statistics::add(&statistics.files_skipped, 1);
            Statistics::add(&statistics.bytes_skipped, entry.size.unwrap_or(0));
        }
        keep
    });
    Ok(entries)
}

fn stdin() -> Entry {
    Entry {
        location: Location::Stdin,
        name: "-".to_owned(),
        size: None,
        modified: None,
    }
}

fn list_local(path: &str, range: TimeRange, entries: &mut Vec<Entry>) -> Result<(), InputError> {
    let local = Path::new(path);
    match std::fs::metadata(local) {
        Ok(metadata) if metadata.is_dir() => list_folder(local, range, entries),
        Ok(metadata) => {
            entries.push(file(local.to_owned(), &metadata));
            Ok(())
        }
        // A name that does not exist but holds wildcards is a pattern.
        Err(_) if path.contains(['*', '?', '[']) => list_glob(path, range, entries),
        Err(error) => Err(InputError::new(path, reason(&error))),
    }
}

fn list_glob(pattern: &str, range: TimeRange, entries: &mut Vec<Entry>) -> Result<(), InputError> {
    let paths = glob::glob(pattern)
        .map_err(|error| InputError::new(pattern, format!("this is no pattern: {error}")))?;
    let before = entries.len();
    for path in paths {
        let path = path.map_err(|error| {
            InputError::new(error.path().display().to_string(), reason(error.error()))
        })?;
        list_local(&path.to_string_lossy(), range, entries)?;
    }
    if entries.len() == before {
        return Err(InputError::new(pattern, "no file has a name like this"));
    }
    Ok(())
}

fn list_folder(
    folder: &Path,
    range: TimeRange,
    entries: &mut Vec<Entry>,
) -> Result<(), InputError> {
    let failed =
        |error: &std::io::Error| InputError::new(folder.display().to_string(), reason(error));
    let mut children = Vec::new();
    for child in std::fs::read_dir(folder).map_err(|error| failed(&error))? {
        children.push(child.map_err(|error| failed(&error))?.path());
    }
    children.sort();
    for child in children {
        let hidden = child
            .file_name()
            .is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        let metadata = std::fs::metadata(&child)
            .map_err(|error| InputError::new(child.display().to_string(), reason(&error)))?;
        if metadata.is_dir() {
            // A folder of another day needs no look.
            let outside = s3_key::prefix_bounds(&child.to_string_lossy().replace('\\', "/"))
                .is_some_and(|(first, last)| !range.overlaps(first, last));
            if !outside {
                list_folder(&child, range, entries)?;
            }
        } else if metadata.is_file() {
            entries.push(file(child, &metadata));
        }
    }
    Ok(())
}

fn file(path: PathBuf, metadata: &std::fs::Metadata) -> Entry {
    let modified = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map(|age| age.as_millis() as i64);
    let regular = metadata.is_file();
    Entry {
        name: path.to_string_lossy().into_owned(),
        location: Location::File(path),
        // A pipe or device has no size worth believing.
        size: regular.then_some(metadata.len()),
        modified,
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
