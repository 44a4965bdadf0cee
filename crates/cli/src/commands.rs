//! The commands, one file each, listed once in [`COMMANDS`].

use clap::{ArgMatches, Args, FromArgMatches};

use crate::failure::Failure;

mod capture;
mod check;
mod completions;
mod demo;
mod fields;
mod filter;
mod help;
mod inventory;
mod query;

/// One entry of [`COMMANDS`].
pub struct Command {
    /// Name on the command line.
    pub name: &'static str,
    /// One sentence for the list of commands.
    pub summary: &'static str,
    define: fn(clap::Command) -> clap::Command,
    run: fn(&ArgMatches) -> Result<(), Failure>,
}

/// Every command, in the order of the help.
pub const COMMANDS: &[Command] = &[
    query::COMMAND,
    check::COMMAND,
    fields::COMMAND,
    filter::COMMAND,
    capture::COMMAND,
    inventory::COMMAND,
    demo::COMMAND,
    help::COMMAND,
    completions::COMMAND,
];

/// A command whose arguments are an [`Args`] structure.
trait Run: Args + FromArgMatches {
    fn run(self) -> Result<(), Failure>;
}

const fn command<T: Run>(name: &'static str, summary: &'static str) -> Command {
    Command {
        name,
        summary,
        define: T::augment_args,
        run: |matches| match T::from_arg_matches(matches) {
            Ok(arguments) => arguments.run(),
            // The message of clap, with its own exit code.
            Err(error) => error.exit(),
        },
    }
}

/// The whole command line.
pub fn cli() -> clap::Command {
    let root = clap::Command::new("flowgauge")
        .version(env!("CARGO_PKG_VERSION"))
        .about("CloudWatch Logs Insights and VPC Flow Logs on your own machine")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .after_help(after_help());
    COMMANDS.iter().fold(root, |root, command| {
        let defined = (command.define)(clap::Command::new(command.name));
        // After the arguments, whose own documentation would otherwise take its place.
        root.subcommand(defined.about(command.summary).long_about(None))
    })
}

/// Exit codes, and the words that `flowgauge help` explains beside the commands of the program.
fn after_help() -> String {
    let commands: Vec<&str> = flowgauge_ql::commands::COMMANDS
        .iter()
        .filter(|command| command.is_counted())
        .map(|command| command.name)
        .collect();
    format!(
        "Commands of a query: {}.\n`flowgauge help NAME` explains each, and each of the {} functions.\n\n\
         Exit codes: 0 done, 1 the query is wrong, 2 an argument or input is wrong or the machine gave out, 130 interrupted",
        commands.join(", "),
        flowgauge_ql::functions::FUNCTIONS.len(),
    )
}

/// Runs the command that was chosen.
pub fn dispatch(matches: &ArgMatches) -> Result<(), Failure> {
    let chosen = matches.subcommand().and_then(|(name, matches)| {
        let command = COMMANDS.iter().find(|command| command.name == name)?;
        Some((command, matches))
    });
    match chosen {
        Some((command, matches)) => (command.run)(matches),
        None => Err(Failure::Input(
            "no command; see flowgauge --help".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests;
