//! Files of this machine: names, folders and patterns, walked by the same rules.
//!
//! Folders come sorted by name, links are followed but never in a circle, hidden files have to be
//! asked for, and what lies outside the time range by its name is not looked into.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::Metadata;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf, is_separator};

use flowgauge_format::{export, s3_key};
use glob::{MatchOptions, Pattern};

use super::{Listing, entry, reason};
use crate::error::InputError;
use crate::source::location::Entry;
use crate::statistics::Statistics;

/// As in a shell, a wildcard does not stand for the dot of a hidden name.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: false,
    require_literal_leading_dot: true,
};

/// The files found so far.
pub(super) struct Local<'a> {
    listing: &'a Listing<'a>,
    /// What was found, in order.
    pub entries: Vec<Entry>,
    /// Whether a file may be listed twice.
    pub repeats: bool,
    /// The folders that lead to the one that is listed, links resolved.
    above: Vec<PathBuf>,
    /// What cannot be looked at and was noted.
    bad: HashSet<PathBuf>,
}

/// What a pattern says about one name of a path.
enum Part {
    /// This name, root or prefix.
    Name(OsString),
    /// Names that fit.
    Fitting(Pattern),
    /// `**`: any number of folders.
    Folders,
}

impl<'a> Local<'a> {
    pub(super) fn new(listing: &'a Listing<'a>, repeats: bool) -> Local<'a> {
        Local {
            listing,
            entries: Vec::new(),
            repeats,
            above: Vec::new(),
            bad: HashSet::new(),
        }
    }

    /// Lists what one path or pattern names.
    pub(super) fn list(&mut self, path: &OsStr) -> Result<(), InputError> {
        let name = path.to_string_lossy();
        let before = self.entries.len();
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.folder(Path::new(path))?,
            // Whoever names a pipe wants it read.
            Ok(metadata) => self.entries.push(entry(path.into(), &metadata)),
            // A name that does not exist but holds wildcards is a pattern.
            Err(_) if is_pattern(&name) => return self.pattern(path),
            Err(error) => return Err(InputError::new(&*name, reason(&error))),
        }
        if self.entries.len() == before && !self.has_left_out() {
            return Err(InputError::new(&*name, "there are no files in this folder"));
        }
        Ok(())
    }

    /// Whether something was left out for a reason that the user is told.
    fn has_left_out(&self) -> bool {
        let statistics = self.listing.statistics;
        Statistics::get(&statistics.folders_skipped) > 0 || !statistics.bad_file_list().is_empty()
    }

    /// Lists the files that fit a pattern, and what is in the folders that do.
    fn pattern(&mut self, pattern: &OsStr) -> Result<(), InputError> {
        let name = pattern.to_string_lossy();
        let parts = parts(pattern).map_err(|problem| InputError::new(&*name, problem))?;
        let only_folders = name.ends_with(is_separator);
        // Several ways may lead to a file: `**/a*` fits a folder and what is in it.
        self.repeats = true;
        if self.fitting(Path::new(""), &parts, only_folders)? || self.has_left_out() {
            Ok(())
        } else {
            Err(InputError::new(&*name, "no file has a name like this"))
        }
    }

    /// Lists what fits the parts below a place; says whether something does.
    fn fitting(
        &mut self,
        place: &Path,
        parts: &[Part],
        only_folders: bool,
    ) -> Result<bool, InputError> {
        match parts {
            [] => self.fitted(place, only_folders),
            [Part::Name(name), rest @ ..] => self.fitting(&place.join(name), rest, only_folders),
            [Part::Fitting(pattern), rest @ ..] => {
                let mut any = false;
                for name in self.names(place)? {
                    let child = place.join(&name);
                    if pattern.matches_with(&name.to_string_lossy(), OPTIONS)
                        && (rest.is_empty() || self.leads_on(&child)?)
                    {
                        any |= self.fitting(&child, rest, only_folders)?;
                    }
                }
                Ok(any)
            }
            [Part::Folders, rest @ ..] => {
                let mut any = self.fitting(place, rest, only_folders)?;
                let Some(resolved) = self.entered(place) else {
                    return Ok(any);
                };
                self.above.push(resolved);
                for name in self.names(place)? {
                    let child = place.join(&name);
                    if !is_hidden(&name) && self.leads_on(&child)? {
                        any |= self.fitting(&child, parts, only_folders)?;
                    }
                }
                self.above.pop();
                Ok(any)
            }
        }
    }

    /// Lists what has the name of a pattern to its end; says whether there is such a thing. Pipes
    /// and sockets that happen to fit would block.
    fn fitted(&mut self, path: &Path, only_folders: bool) -> Result<bool, InputError> {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                // A link back to a folder above that fits is meant as any other folder.
                let above = std::mem::take(&mut self.above);
                self.folder(path)?;
                self.above = above;
                Ok(true)
            }
            Ok(metadata) if metadata.is_file() && !only_folders => {
                self.entries.push(entry(path.to_owned(), &metadata));
                Ok(true)
            }
            Ok(_) => Ok(false),
            // A link that leads nowhere exists; a name that a pattern ends with need not.
            Err(error) if is_absent(&error) && std::fs::symlink_metadata(path).is_err() => {
                Ok(false)
            }
            Err(error) => self.bad(path, &error).map(|()| true),
        }
    }

    /// Whether a path is a folder that can hold events of the time range.
    fn leads_on(&mut self, path: &Path) -> Result<bool, InputError> {
        match std::fs::metadata(path) {
            Ok(metadata) => Ok(metadata.is_dir() && !self.is_outside(path)),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                self.bad(path, &error).map(|()| false)
            }
            // A link that leads nowhere, or in a circle.
            Err(_) => Ok(false),
        }
    }

    /// The names in a folder that a pattern leads to, sorted; none when there is no such folder.
    fn names(&mut self, folder: &Path) -> Result<Vec<OsString>, InputError> {
        match read(folder) {
            Ok(children) => Ok(children
                .into_iter()
                .map(|child| child.file_name())
                .collect()),
            Err(error) if is_absent(&error) => Ok(Vec::new()),
            Err(error) => self.bad(folder, &error).map(|()| Vec::new()),
        }
    }

    /// Lists the files below a folder.
    fn folder(&mut self, folder: &Path) -> Result<(), InputError> {
        let children = match read(folder) {
            Ok(children) => children,
            Err(error) => return self.bad(folder, &error),
        };
        let Some(resolved) = self.entered(folder) else {
            return Ok(());
        };
        self.above.push(resolved);
        for child in children {
            let name = child.file_name();
            if is_hidden(&name) || export::is_probe(&name.to_string_lossy()) {
                continue;
            }
            self.repeats |= child.file_type().is_ok_and(|kind| kind.is_symlink());
            let path = child.path();
            match std::fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    if !self.is_outside(&path) {
                        self.folder(&path)?;
                    }
                }
                Ok(metadata) => self.add_file(path, &metadata),
                Err(error) => self.bad(&path, &error)?,
            }
        }
        self.above.pop();
        Ok(())
    }

    /// Adds a file that was found. Pipes and sockets that happen to lie in a folder would block.
    fn add_file(&mut self, path: PathBuf, metadata: &Metadata) {
        if metadata.is_file() {
            self.entries.push(entry(path, metadata));
        }
    }

    /// A folder with its links resolved; `None` when it is being listed already, by a link back.
    fn entered(&self, folder: &Path) -> Option<PathBuf> {
        let resolved = std::fs::canonicalize(here(folder)).ok()?;
        (!self.above.contains(&resolved)).then_some(resolved)
    }

    /// Whether a folder's name shows that it holds nothing of the time range; it is counted then.
    fn is_outside(&self, folder: &Path) -> bool {
        let is_outside = s3_key::prefix_bounds(&folder.to_string_lossy().replace('\\', "/"))
            .is_some_and(|(first, last)| !self.listing.range.overlaps(first, last));
        if is_outside {
            Statistics::add(&self.listing.statistics.folders_skipped, 1);
        }
        is_outside
    }

    /// What cannot be looked at ends the query, or is noted when the user said so.
    fn bad(&mut self, path: &Path, error: &io::Error) -> Result<(), InputError> {
        let error = InputError::new(path.display().to_string(), reason(error));
        if !self.listing.skip_bad {
            return Err(error);
        }
        // The walk of a pattern may come by twice.
        if self.bad.insert(path.to_owned()) {
            self.listing.statistics.note_bad_file(&error);
        }
        Ok(())
    }
}

/// What is in a folder, sorted by name.
fn read(folder: &Path) -> io::Result<Vec<std::fs::DirEntry>> {
    let mut children = std::fs::read_dir(here(folder))?.collect::<Result<Vec<_>, _>>()?;
    children.sort_by_key(std::fs::DirEntry::file_name);
    Ok(children)
}

/// The folder that a path of no names stands for.
fn here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Whether the error says that there is nothing of this name.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '['])
}

/// The parts of a pattern, one a name. The error says what is wrong with it.
fn parts(pattern: &OsStr) -> Result<Vec<Part>, String> {
    let mut components: Vec<Component> = Path::new(pattern).components().collect();
    // What fits comes with all that is in it, so `**` at the end is the same as `*`, and so is `**/*`.
    let is = |component: Option<&Component>, name: &str| {
        component == Some(&Component::Normal(OsStr::new(name)))
    };
    if is(components.last(), "**") || is(components.last(), "*") {
        components.pop();
        while is(components.last(), "**") {
            components.pop();
        }
        components.push(Component::Normal(OsStr::new("*")));
    }
    components.into_iter().map(part).collect()
}

fn part(component: Component) -> Result<Part, String> {
    let name = component.as_os_str().to_string_lossy();
    match component {
        Component::Normal(_) if name == "**" => Ok(Part::Folders),
        Component::Normal(_) if is_pattern(&name) => match Pattern::new(&name) {
            Ok(pattern) => Ok(Part::Fitting(pattern)),
            Err(error) => Err(format!("`{name}` is no pattern: {}", error.msg)),
        },
        other => Ok(Part::Name(other.as_os_str().to_owned())),
    }
}
