//! `--saved FOLDER`: saved queries, a file each. The file's name without its extension is the
//! query's; names of folders stand in front of it with slashes.

use std::path::Path;

use flowgauge_ql::SavedQuery;

use crate::failure::Failure;
use crate::inputs::without_mark;

/// Folders in folders that are followed; a link could lead in circles.
const DEPTH: usize = 16;

/// The queries of all folders, sorted by name within a folder. `most` is how many parameters one
/// may declare.
pub(super) fn resolve(folders: &[String], most: u64) -> Result<Vec<SavedQuery>, Failure> {
    let mut saved = Vec::new();
    for folder in folders {
        read(Path::new(folder), "", DEPTH, &mut saved)?;
    }
    for query in &saved {
        if query.parameters.len() as u64 > most {
            return Err(Failure::Input(format!(
                "saved query `{}`: Parameter count exceeds the maximum of {most}",
                query.name
            )));
        }
    }
    Ok(saved)
}

fn read(
    folder: &Path,
    prefix: &str,
    depth: usize,
    saved: &mut Vec<SavedQuery>,
) -> Result<(), Failure> {
    let fail = |path: &Path, problem: &dyn std::fmt::Display| {
        Failure::Input(format!("{}: {problem}", path.display()))
    };
    let entries = std::fs::read_dir(folder).map_err(|error| fail(folder, &error))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(|error| fail(folder, &error))?.path());
    }
    paths.sort();
    for path in paths {
        let Some(file) = path.file_name().and_then(|name| name.to_str()) else {
            return Err(fail(&path, &"the name of a saved query has to be UTF-8"));
        };
        if file.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            if depth == 0 {
                return Err(fail(
                    &path,
                    &"the folders of saved queries are nested too deeply",
                ));
            }
            read(&path, &format!("{prefix}{file}/"), depth - 1, saved)?;
            continue;
        }
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let name = format!("{prefix}{stem}");
        let text = std::fs::read_to_string(&path).map_err(|error| fail(&path, &error))?;
        let query = SavedQuery::parse(&name, without_mark(&text))
            .map_err(|problem| fail(&path, &problem))?;
        if saved.iter().any(|known| known.name == name) {
            return Err(fail(&path, &format!("another file holds a query `{name}`")));
        }
        saved.push(query);
    }
    Ok(())
}
