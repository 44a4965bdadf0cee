//! Files that are there wholly or not at all.
//!
//! A file is written under a hidden name beside its own, which readers of a folder pass over, synced
//! to the disk, and renamed. Whatever kills the process, no reader ever sees half a file under its
//! own name.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The name under which a file is written.
///
/// # Errors
///
/// When the path names no file.
pub fn temporary(path: &Path) -> io::Result<PathBuf> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "this names no file"))?;
    Ok(path.with_file_name(format!(".{}.part", name.to_string_lossy())))
}

/// Gives a file that is complete its own name, durably.
///
/// # Errors
///
/// Those of the file system; the file is then still there under its temporary name.
pub fn publish(file: &File, temporary: &Path, path: &Path) -> io::Result<()> {
    file.sync_all()?;
    fs::rename(temporary, path)?;
    sync_folder(parent(path))
}

/// Brings the names in a folder to the disk.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows opens no folders as files: names reach the disk with the journal of the file system.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes a whole file, and the folders above it where they are missing.
///
/// # Errors
///
/// Those of the file system; nothing is left behind then.
pub fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    fs::create_dir_all(parent(path))?;
    let temporary = temporary(path)?;
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(content)?;
        publish(&file, &temporary, path)
    });
    if written.is_err() {
        // The first error is the one that says what is wrong.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_under_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b/c.log.gz");
        write(&path, b"one").expect("space");
        write(&path, b"two").expect("space");
        assert_eq!(fs::read(&path).expect("a file"), b"two");
        let names = fs::read_dir(folder.path().join("a/b")).expect("a folder");
        assert_eq!(names.count(), 1);
        // A folder is in the way of its parent.
        let problem = write(&path.join("d"), b"x").expect_err("no folder");
        assert_eq!(problem.kind(), io::ErrorKind::AlreadyExists);
        assert!(temporary(Path::new("..")).is_err());
    }
}
