//! How a command fails, and the exit code that says so.

use std::io;
use std::process::ExitCode;

use crate::terminal::{complain, tell};

/// Why a command ended early.
#[derive(Debug)]
pub enum Failure {
    /// The query is wrong; the text is the finished report.
    Query(String),
    /// An argument, a file or the network is wrong.
    Input(String),
    /// The user pressed Ctrl-C.
    Interrupted,
    /// Whoever read the output has stopped, which is no failure.
    Closed,
}

impl Failure {
    /// Exit code: 1 for queries, 2 for inputs, 130 for an interruption, as shells count it.
    pub fn code(&self) -> u8 {
        match self {
            Failure::Closed => 0,
            Failure::Query(_) => 1,
            Failure::Input(_) => 2,
            Failure::Interrupted => 130,
        }
    }

    /// Says on standard error what is wrong.
    pub fn report(&self) -> ExitCode {
        match self {
            Failure::Query(report) => complain(report),
            Failure::Input(message) => tell("error", message),
            Failure::Interrupted | Failure::Closed => {}
        }
        ExitCode::from(self.code())
    }
}

impl From<io::Error> for Failure {
    /// An error of writing results.
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::Closed,
            io::ErrorKind::Interrupted => Failure::Interrupted,
            _ => Failure::Input(format!("the output cannot be written: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_no_failure() {
        assert_eq!(
            Failure::from(io::Error::from(io::ErrorKind::BrokenPipe)).code(),
            0
        );
        assert_eq!(Failure::from(io::Error::other("full")).code(), 2);
        assert_eq!(Failure::Query(String::new()).code(), 1);
        assert_eq!(Failure::Interrupted.code(), 130);
    }
}
