//! The file of `--output-file`: it has its name only when the result is complete.
//!
//! Until then it is a hidden file beside its place, which readers of the folder pass over, and which
//! goes away when the command fails or is interrupted. So a query may even fail half-way without
//! harm to the result of yesterday. Devices, pipes and `/dev/stdout` are written to as they are.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use flowgauge_flow::sink::whole_file;

use crate::interrupt;

/// The unfinished file of this process, for whoever ends it. A command writes one result.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// A result on its way to its file.
pub struct ResultFile {
    file: File,
    /// Where it is written and where it belongs; `None` when it is written directly.
    places: Option<Places>,
}

struct Places {
    temporary: PathBuf,
    path: PathBuf,
}

impl ResultFile {
    /// Begins a file. One that exists stays as it is until [`ResultFile::keep`].
    pub fn create(path: &Path) -> io::Result<ResultFile> {
        let known = match fs::metadata(path) {
            Ok(known) => Some(known),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if known.as_ref().is_some_and(|known| !known.is_file()) || is_of_the_system(path) {
            return Ok(ResultFile {
                file: File::create(path)?,
                places: None,
            });
        }
        let places = places(path, known.is_some())?;
        if known.is_some() {
            // Renaming asks for no right to the file itself.
            File::options().write(true).open(&places.path)?;
        }
        interrupt::watch();
        *unfinished() = Some(places.temporary.clone());
        let file = File::create_new(&places.temporary).inspect_err(|_| {
            unfinished().take();
        })?;
        let result = ResultFile {
            file,
            places: Some(places),
        };
        if let Some(known) = known {
            result.file.set_permissions(known.permissions())?;
        }
        Ok(result)
    }

    /// Gives the complete file its name.
    pub fn keep(mut self) -> io::Result<()> {
        if let Some(places) = &self.places {
            whole_file::publish(&self.file, &places.temporary, &places.path)?;
            unfinished().take();
            self.places = None;
        }
        Ok(())
    }
}

impl Write for ResultFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for ResultFile {
    fn drop(&mut self) {
        if self.places.is_some() {
            remove_unfinished();
        }
    }
}

/// Removes the unfinished file, if there is one.
pub fn remove_unfinished() {
    if let Some(path) = unfinished().take() {
        // What made the result fail is told; a hidden file that stays is the lesser trouble.
        let _ = fs::remove_file(path);
    }
}

fn unfinished() -> std::sync::MutexGuard<'static, Option<PathBuf>> {
    // A path is whole at every step, whatever became of another thread.
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `/dev/stdout`, `/dev/fd/3` and their kin: names of what is open already, even when that is a
/// regular file, which must not be replaced by another.
fn is_of_the_system(path: &Path) -> bool {
    let Some(folder) = path.parent() else {
        return false;
    };
    fs::canonicalize(folder)
        .is_ok_and(|folder| folder == Path::new("/dev") || folder.starts_with("/proc"))
}

/// Where a file is written and where it belongs: what a link leads to, not the link.
fn places(path: &Path, exists: bool) -> io::Result<Places> {
    let path = if exists {
        fs::canonicalize(path)?
    } else {
        path.to_owned()
    };
    // Another process may be writing to the same place.
    let mut own = OsString::from(path.file_name().unwrap_or_default());
    own.push(format!(".{}", std::process::id()));
    let temporary = whole_file::temporary(&path)
        .and_then(|_| whole_file::temporary(&path.with_file_name(own)))?;
    Ok(Places { temporary, path })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_system_s_own_names_are_known() {
        for (path, expected) in [
            ("/dev/stdout", true),
            ("/dev/fd/1", true),
            ("/dev/shm/out.csv", false),
            ("out.csv", false),
            ("/tmp/out.csv", false),
        ] {
            assert_eq!(is_of_the_system(Path::new(path)), expected, "{path}");
        }
    }
}
