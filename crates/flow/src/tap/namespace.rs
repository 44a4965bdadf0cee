//! Network namespaces: finding them, opening sockets in them, and noticing that they are gone.
//!
//! Unsafe code for one system call, `setns`, which takes no pointers. It changes the namespace of a
//! thread, and so it is called in threads of its own, which end when their work is done: no other
//! thread of the process ever leaves its namespace.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use crate::source::SourceError;

/// Where `ip netns` keeps the names.
const FOLDER: &str = "/run/netns";

/// A namespace as it was when we opened it.
#[derive(Debug)]
pub struct Namespace {
    name: Option<String>,
    /// Device and inode of the namespace; `None` for that of the process.
    identity: Option<(u64, u64)>,
}

impl Namespace {
    /// Opens a namespace by its name; `None` is the one of the process.
    ///
    /// # Errors
    ///
    /// When there is none of the name.
    pub fn open(name: Option<&str>) -> Result<Self, SourceError> {
        let Some(name) = name else {
            return Ok(Self {
                name: None,
                identity: None,
            });
        };
        let metadata = std::fs::metadata(path(name)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SourceError::Malformed {
                what: format!("network namespace `{name}`"),
                problem: format!("there is none of this name; `ip netns` lists them ({FOLDER})"),
            },
            _ => SourceError::Io {
                what: path(name).display().to_string(),
                error,
            },
        })?;
        Ok(Self {
            name: Some(name.to_owned()),
            identity: Some((metadata.dev(), metadata.ino())),
        })
    }

    /// Its name; `None` is the namespace of the process.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// How messages call it.
    pub fn title(&self) -> String {
        match &self.name {
            Some(name) => format!("network namespace `{name}`"),
            None => "the network namespace of this process".to_owned(),
        }
    }

    /// Whether it still has its name. Our sockets keep a deleted namespace alive, so that nothing else
    /// would tell.
    pub fn exists(&self) -> bool {
        let (Some(name), Some(identity)) = (&self.name, self.identity) else {
            return true;
        };
        let now = std::fs::metadata(path(name));
        now.is_ok_and(|now| (now.dev(), now.ino()) == identity)
    }

    /// Runs something in the namespace: sockets that it opens, and processes that it starts, stay there.
    ///
    /// # Errors
    ///
    /// When the namespace cannot be entered, or what the work says.
    pub fn run<T: Send>(
        &self,
        work: impl FnOnce() -> Result<T, SourceError> + Send,
    ) -> Result<T, SourceError> {
        let Some(name) = &self.name else {
            return work();
        };
        let title = self.title();
        std::thread::scope(|scope| {
            let thread = scope.spawn(move || {
                enter(name).map_err(|error| match error.kind() {
                    io::ErrorKind::PermissionDenied => SourceError::Privilege {
                        what: format!("entering {title}"),
                        capability: "CAP_SYS_ADMIN",
                        instead: format!("run it inside: `ip netns exec {name} …` as root, or read a capture file"),
                    },
                    _ => SourceError::Io { what: title, error },
                })?;
                work()
            });
            match thread.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }
}

/// The names of all namespaces, sorted; none where there is no folder of names.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn names() -> io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(FOLDER) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

fn path(name: &str) -> PathBuf {
    // A name with slashes is a path, such as `/proc/1234/ns/net`.
    PathBuf::from(FOLDER).join(name)
}

fn enter(name: &str) -> io::Result<()> {
    let namespace = File::open(path(name))?;
    // SAFETY: no pointers are passed, and the descriptor is open.
    match unsafe { libc::setns(namespace.as_raw_fd(), libc::CLONE_NEWNET) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
