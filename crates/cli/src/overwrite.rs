//! A result must not take the place of the logs that it comes from.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Component, Path};

use flowgauge_engine::source::local_files;

use crate::failure::Failure;
use crate::inputs::STDIN;

/// Refuses an output that is one of the inputs, or that lies among them and would be read as one.
/// A file that does not exist yet is neither.
pub fn refuse(output: &Path, inputs: &[OsString]) -> Result<(), Failure> {
    let Ok(file) = fs::canonicalize(output) else {
        return Ok(());
    };
    if !file.is_file() {
        return Ok(());
    }
    match inputs.iter().find(|input| reads(input, &file)) {
        None => Ok(()),
        Some(input) => Err(Failure::Input(format!(
            "--output-file {}: it is among the logs that are read (`{}`); choose another place",
            output.display(),
            input.display()
        ))),
    }
}

/// Whether an input as the user wrote it reads a file, whose path has no links.
fn reads(input: &OsStr, file: &Path) -> bool {
    if input == STDIN {
        // A file that the shell opened. Where there is no such name, nobody can tell.
        return holds(Path::new("/dev/stdin"), file);
    }
    if holds(Path::new(input), file) {
        return true;
    }
    // What does not exist by this name may be a pattern.
    fs::metadata(input).is_err() && local_files(input).iter().any(|path| holds(path, file))
}

/// Whether a file or folder is a file or has it below it, where hidden names are passed over.
fn holds(path: &Path, file: &Path) -> bool {
    let Ok(path) = fs::canonicalize(path) else {
        return false;
    };
    let hidden = |part: Component<'_>| part.as_os_str().to_string_lossy().starts_with('.');
    file.strip_prefix(&path)
        .is_ok_and(|below| !below.components().any(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        fs::create_dir_all(folder.join("logs/.kept")).expect("folders");
        for name in ["a.log", "logs/b.log", "logs/.kept/c.log"] {
            fs::write(folder.join(name), "x").expect("a file");
        }
        for (output, input, refused) in [
            ("a.log", "a.log", true),
            ("a.log", "logs/../a.log", true),
            ("a.log", "logs", false),
            ("logs/b.log", "logs", true),
            ("logs/b.log", "", true),
            ("logs/b.log", "logs/*.log", true),
            ("logs/b.log", "**", true),
            ("logs/b.log", "logs/a*", false),
            ("logs/.kept/c.log", "logs", false),
            ("logs/.kept/c.log", "logs/.kept/c.log", true),
            ("logs/new.log", "logs", false),
            ("logs", "logs", false),
            ("a.log", "s3://bucket/a.log", false),
        ] {
            let input = match input.starts_with("s3:") {
                true => input.into(),
                false => folder.join(input).into_os_string(),
            };
            let result = refuse(&folder.join(output), std::slice::from_ref(&input));
            assert_eq!(result.is_err(), refused, "{output} from {input:?}");
        }
    }
}
