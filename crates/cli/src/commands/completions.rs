//! `flowgauge completions`: a script that completes the command line of a shell.

use clap::Args;
use clap_complete::Shell;

use super::{Command, Run, cli, command};
use crate::failure::Failure;
use crate::terminal;

pub(super) const COMMAND: Command =
    command::<Completions>("completions", "Print the completion script of a shell");

#[derive(Debug, Args)]
struct Completions {
    /// The shell
    shell: Shell,
}

impl Run for Completions {
    fn run(self) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut cli(), "flowgauge", &mut script);
        terminal::print(&String::from_utf8_lossy(&script))
    }
}
