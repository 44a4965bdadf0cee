//! The files of the repository that the checks look at.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::manifest::Manifest;

/// Kinds of files that are read.
const EXTENSIONS: &[&str] = &["rs", "toml", "md", "lock"];
/// Folders that hold nothing of ours.
const SKIPPED: &[&str] = &["target", "corpus", "artifacts", "demo-data"];

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Texts by their paths; paths are relative to the root and use `/`.
pub struct Repository {
    files: BTreeMap<String, String>,
}

impl Repository {
    /// Reads the workspace that this crate was built in.
    pub fn read() -> io::Result<Repository> {
        let mut files = BTreeMap::new();
        collect(&root(), "", &mut files)?;
        Ok(Repository { files })
    }

    /// A repository of these paths and texts, to try a check on.
    pub fn of<const N: usize>(files: [(&str, &str); N]) -> Repository {
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        Repository {
            files: files.into(),
        }
    }

    /// The text of a file; empty when there is none.
    pub fn text(&self, path: &str) -> &str {
        self.files.get(path).map_or("", String::as_str)
    }

    /// Paths and texts below a folder, `crates/` for example, in order.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .iter()
            .filter(move |(path, _)| path.starts_with(folder))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Paths and texts of the Rust files of all crates.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.below("crates/")
            .filter(|(path, _)| path.ends_with(".rs"))
    }

    /// The manifests of the crates, by the name of the crate's folder.
    pub fn manifests(&self) -> Vec<(&str, Manifest)> {
        self.below("crates/")
            .filter_map(|(path, text)| {
                let folder = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
                Some((folder, Manifest::parse(text)))
            })
            .collect()
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || SKIPPED.contains(&name.as_str()) {
            continue;
        }
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files)?;
        } else if let Some(extension) = path.extension()
            && EXTENSIONS.iter().any(|known| extension == *known)
        {
            files.insert(format!("{prefix}{name}"), fs::read_to_string(&path)?);
        }
    }
    Ok(())
}
