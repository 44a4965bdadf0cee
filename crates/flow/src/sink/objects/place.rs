//! Where whole objects are put: a folder, or a bucket.

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::sink::whole_file;

#[cfg(feature = "objects")]
pub use flowgauge_objects::BucketOptions;

/// Why an object was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutError {
    /// What went wrong, in the user's words.
    pub problem: String,
    /// Whether it may work later without anybody doing something.
    pub can_pass: bool,
}

/// A place for objects.
pub trait Place: Send {
    /// The name of an object there, for messages.
    fn name(&self, key: &str) -> String;

    /// Writes an object, wholly or not at all.
    ///
    /// # Errors
    ///
    /// When it is not there afterwards, or nobody knows.
    fn put(&mut self, key: &str, content: &Bytes) -> Result<(), PutError>;
}

/// A folder of the local file system; made when it is missing.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Objects below this folder.
    pub fn new(root: &Path) -> Folder {
        Folder {
            root: root.to_owned(),
        }
    }
}

impl Place for Folder {
    fn name(&self, key: &str) -> String {
        self.root.join(key).display().to_string()
    }

    fn put(&mut self, key: &str, content: &Bytes) -> Result<(), PutError> {
        whole_file::write(&self.root.join(key), content).map_err(|error| PutError {
            // Space, quota and a volume that is not mounted can come back.
            can_pass: !matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied
                    | io::ErrorKind::NotADirectory
                    | io::ErrorKind::AlreadyExists
                    | io::ErrorKind::ReadOnlyFilesystem
            ),
            problem: error.to_string(),
        })
    }
}

/// A bucket, below a prefix.
#[cfg(feature = "objects")]
pub struct Bucket {
    url: String,
    prefix: String,
    bucket: flowgauge_objects::Bucket,
}

#[cfg(feature = "objects")]
impl Bucket {
    /// Opens the bucket of an `s3://` URL.
    ///
    /// # Errors
    ///
    /// A text for the user.
    pub fn open(url: &str, options: &BucketOptions) -> Result<Bucket, String> {
        let (bucket, prefix) = flowgauge_objects::Bucket::open(url, options)?;
        let prefix = prefix.trim_matches('/').to_owned();
        let (name, _) = flowgauge_objects::parse_url(url)?;
        Ok(Bucket {
            url: format!("s3://{name}"),
            prefix,
            bucket,
        })
    }

    fn key(&self, key: &str) -> String {
        if self.prefix.is_empty() {
            key.to_owned()
        } else {
            format!("{}/{key}", self.prefix)
        }
    }
}

#[cfg(feature = "objects")]
impl Place for Bucket {
    fn name(&self, key: &str) -> String {
        format!("{}/{}", self.url, self.key(key))
    }

    fn put(&mut self, key: &str, content: &Bytes) -> Result<(), PutError> {
        let key = self.key(key);
        self.bucket.put(&key, content).map_err(|error| PutError {
            problem: error.problem,
            can_pass: error.can_pass,
        })
    }
}
