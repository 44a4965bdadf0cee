//! Configuration files, JSON or TOML, read into one tree that knows where everything stands, so that
//! every mistake is reported with its line and column.

use std::path::Path;

use thiserror::Error;

mod json;
mod object;
mod toml;

pub use object::{Object, Placed, address, network};

/// Bytes of the largest file that is read; the service prefixes of all regions are 2 MB.
const FILE_BYTES: u64 = 64 << 20;

/// A value and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Byte offset in the text.
    pub at: usize,
}

/// What JSON and TOML have in common.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`; JSON only.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number as it is written, in decimal where it is an integer.
    Number(String),
    /// Text; dates of TOML as well.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object or table.
    Members(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Byte offset of the name.
    pub at: usize,
    /// Its value.
    pub node: Node,
}

/// A mistake and where it is, before the file's name is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Byte offset.
    pub at: usize,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl Mistake {
    /// A mistake at an offset.
    pub fn new(at: usize, problem: impl Into<String>) -> Self {
        Self {
            at,
            problem: problem.into(),
        }
    }
}

/// Why a configuration file cannot be used.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// The file could not be read.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: String,
        /// The reason.
        error: std::io::Error,
    },
    /// The file is too large.
    #[error("{path}: the file has {bytes} bytes, and more than {FILE_BYTES} are not read")]
    Large {
        /// The file.
        path: String,
        /// Its size.
        bytes: u64,
    },
    /// Its text is wrong.
    #[error("{path}:{line}:{column}: {problem}")]
    Wrong {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong, and what to do.
        problem: String,
    },
}

/// A file's text, and the tree it means.
#[derive(Debug, Clone)]
pub struct Document {
    /// The name of the file, for messages.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// The tree; its root is an object.
    pub root: Node,
}

impl Document {
    /// Reads a file. Names that end in `.json` or `.toml` say what is in it; otherwise a file that
    /// begins with `{` is JSON.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is no JSON or TOML.
    pub fn read(path: &Path) -> Result<Self, DocumentError> {
        let name = path.display().to_string();
        let failed = |error| DocumentError::Io {
            path: name.clone(),
            error,
        };
        let bytes = std::fs::metadata(path).map_err(failed)?.len();
        if bytes > FILE_BYTES {
            return Err(DocumentError::Large { path: name, bytes });
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        Self::parse(&name, text)
    }

    /// Reads text under the name of a file; see [`Document::read`].
    ///
    /// # Errors
    ///
    /// When it is no JSON or TOML.
    pub fn parse(path: &str, text: String) -> Result<Self, DocumentError> {
        let lower = path.to_ascii_lowercase();
        let braced = || {
            text.trim_start_matches('\u{feff}')
                .trim_start()
                .starts_with('{')
        };
        let is_json = lower.ends_with(".json") || (!lower.ends_with(".toml") && braced());
        let parsed = if is_json {
            json::parse(&text)
        } else {
            toml::parse(&text)
        };
        match parsed {
            Ok(root) => Ok(Self {
                path: path.to_owned(),
                text,
                root,
            }),
            Err(mistake) => Err(wrong(path, &text, mistake)),
        }
    }

    /// A mistake in this file as an error.
    pub fn wrong(&self, mistake: Mistake) -> DocumentError {
        wrong(&self.path, &self.text, mistake)
    }
}

fn wrong(path: &str, text: &str, mistake: Mistake) -> DocumentError {
    let mut at = mistake.at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    DocumentError::Wrong {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        problem: mistake.problem,
    }
}

#[cfg(test)]
mod tests;
