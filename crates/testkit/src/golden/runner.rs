//! Runs case files and reports differences.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use super::case::{CaseFile, DataFile, Options, Surroundings};
use super::table::CaseOutput;

/// What an executor gets: one query with its surroundings.
#[derive(Debug, Clone, Copy)]
pub struct CaseInput<'a> {
    /// The data files, in order.
    pub data: &'a [DataFile],
    /// What there is beside them.
    pub surroundings: &'a Surroundings,
    /// The file's options.
    pub options: &'a Options,
    /// The query text.
    pub query: &'a str,
}

/// Something that runs queries.
pub trait Executor: Send + Sync {
    /// Name in `only` lines and reports.
    fn name(&self) -> &str;

    /// Runs one query. Fails with a text when it can neither run nor refuse the query, which is
    /// always a failed test.
    fn execute(&self, case: &CaseInput<'_>) -> Result<CaseOutput, String>;
}

/// All case files below a folder, in path order.
pub fn case_files(root: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
        for entry in std::fs::read_dir(&folder).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "insights")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Runs every case of a file. Fails with a report of all differences; with `update` it writes what
/// came out into the file instead.
pub fn check_file(path: &Path, executor: &dyn Executor, update: bool) -> Result<(), String> {
    let file = CaseFile::read(path)?;
    let mut report = String::new();
    let mut outputs = Vec::new();
    for case in &file.cases {
        if case
            .only
            .as_deref()
            .is_some_and(|only| only != executor.name())
        {
            outputs.push(None);
            continue;
        }
        let input = CaseInput {
            data: &file.data,
            surroundings: &file.surroundings,
            options: &file.options,
            query: &case.query,
        };
        let output = match executor.execute(&input) {
            Ok(output) => Some(output.render()),
            Err(problem) => {
                report.push_str(&format!("{}:{}: {problem}\n", path.display(), case.line));
                None
            }
        };
        if let Some(output) = &output
            && *output != case.expected
            && !update
        {
            report.push_str(&format!(
                "{}:{} ({})\n{}\n{}\n",
                path.display(),
                case.line,
                executor.name(),
                indented("    ", &case.query),
                difference(&case.expected, output),
            ));
        }
        outputs.push(output);
    }
    if update {
        let text = file.with_expected(&outputs);
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if report.is_empty() {
        Ok(())
    } else {
        Err(report)
    }
}

/// The main function of a test binary without harness: one test a case file below `root`.
pub fn run_tests(root: &Path, executor: Arc<dyn Executor>) -> ExitCode {
    let update = std::env::var_os("UPDATE").is_some_and(|value| value == "1");
    let files = match case_files(root) {
        Ok(files) if !files.is_empty() => files,
        Ok(_) => {
            eprintln!("no case file below {}", root.display());
            return ExitCode::FAILURE;
        }
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    let trials = files
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .display()
                .to_string();
            let executor = Arc::clone(&executor);
            Trial::test(name, move || {
                check_file(&path, executor.as_ref(), update).map_err(Failed::from)
            })
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn indented(prefix: &str, text: &str) -> String {
    text.lines()
        .map(|line| format!("{prefix}{line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Both texts, with the lines that only one of them has at that place marked.
fn difference(expected: &str, output: &str) -> String {
    let (expected, output): (Vec<&str>, Vec<&str>) =
        (expected.lines().collect(), output.lines().collect());
    let mut lines = Vec::new();
    for at in 0..expected.len().max(output.len()) {
        match (expected.get(at), output.get(at)) {
            (Some(a), Some(b)) if a == b => lines.push(format!("  {a}")),
            (a, b) => {
                lines.extend(a.map(|line| format!("- {line}")));
                lines.extend(b.map(|line| format!("+ {line}")));
            }
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::Table;

    struct Constant;

    impl Executor for Constant {
        fn name(&self) -> &str {
            "constant"
        }

        fn execute(&self, case: &CaseInput<'_>) -> Result<CaseOutput, String> {
            match case.query {
                "broken" => Err("no".to_owned()),
                _ => Ok(CaseOutput::Rows {
                    warnings: Vec::new(),
                    table: Table {
                        columns: vec!["a".to_owned()],
                        rows: vec![vec![Some("1".to_owned())]],
                    },
                }),
            }
        }
    }

    #[test]
    fn differences_fail_and_update_heals() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("x.insights");
        let text = "query\nq\n----\na\n2\n\nonly other: not here\nquery\nq\n----\nz\n";
        std::fs::write(&path, text).expect("write");
        assert_eq!(
            case_files(folder.path()).expect("list"),
            std::slice::from_ref(&path)
        );
        let report = check_file(&path, &Constant, false).expect_err("differs");
        assert!(report.contains("x.insights:1 (constant)"), "{report}");
        assert!(report.ends_with("  a\n- 2\n+ 1\n"), "{report}");
        check_file(&path, &Constant, true).expect("update");
        check_file(&path, &Constant, false).expect("healed");
        let healed = std::fs::read_to_string(&path).expect("read");
        assert_eq!(healed, text.replace("a\n2", "a\n1"));
        std::fs::write(&path, "query\nbroken\n----\n").expect("write");
        let report = check_file(&path, &Constant, true).expect_err("broken");
        assert!(report.ends_with("x.insights:1: no\n"), "{report}");
    }
}
