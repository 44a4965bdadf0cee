//! Every rule of [`xtask::tidy::CHECKS`] as a test.

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use xtask::repository::Repository;
use xtask::tidy::CHECKS;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let repository = match Repository::read() {
        Ok(repository) => Arc::new(repository),
        Err(error) => {
            eprintln!("error: the repository cannot be read: {error}");
            return ExitCode::FAILURE;
        }
    };
    let trials = CHECKS.iter().map(|check| {
        let repository = Arc::clone(&repository);
        Trial::test(check.name, move || match (check.run)(&repository) {
            findings if findings.is_empty() => Ok(()),
            findings => Err(Failed::from(findings.join("\n"))),
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}
