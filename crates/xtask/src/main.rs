//! `cargo run --release --bin xtask -- docs | tidy`.
//!
//! Choose the program with `--bin`, not with `-p`: `-p` would select other packages, unify other
//! features and build DataFusion once more.

use std::process::ExitCode;

use anyhow::{Context, Result};
use xtask::repository::{self, Repository};
use xtask::{documents, tidy};

const USAGE: &str = "usage: cargo run --release --bin xtask -- COMMAND

commands:
  docs  write the documents that are made from the registries
  tidy  check the rules of ARCHITECTURE.md";

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["docs"] => docs(),
        ["tidy"] => tidy(),
        _ => {
            eprintln!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

fn docs() -> Result<ExitCode> {
    for document in documents::DOCUMENTS {
        let path = repository::root().join(document.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        std::fs::write(&path, (document.text)())
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}", document.path);
    }
    Ok(ExitCode::SUCCESS)
}

fn tidy() -> Result<ExitCode> {
    let repository = Repository::read().context("cannot read the repository")?;
    let mut findings = 0;
    for check in tidy::CHECKS {
        for finding in (check.run)(&repository) {
            println!("{}: {finding}", check.name);
            findings += 1;
        }
    }
    Ok(match findings {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}
