//! `flowgauge help`: the command line, or the page of one command or function of the language.

use clap::Args;
use flowgauge_ql::docs::{help_text, help_topics};
use flowgauge_ql::suggest::closest;

use super::{COMMANDS, Command, Run, cli, command};
use crate::failure::Failure;
use crate::terminal;

pub(super) const COMMAND: Command = command::<Help>(
    "help",
    "Explain a command of flowgauge, or a command or function of the query language",
);

#[derive(Debug, Args)]
struct Help {
    /// E.g. `query`, `stats`, `isIpv4InSubnet`; without it, the list of commands
    #[arg(value_name = "COMMAND|FUNCTION")]
    topic: Vec<String>,
}

impl Run for Help {
    fn run(self) -> Result<(), Failure> {
        let mut cli = cli();
        // Subcommands know their full names only once the whole is built.
        cli.build();
        let topic = self.topic.join(" ");
        if topic.is_empty() {
            return terminal::print(&cli.render_long_help().to_string());
        }
        terminal::print(&page(&mut cli, &topic)?)
    }
}

/// `fields`, `filter` and `help` may name two things; then both pages come.
fn page(cli: &mut clap::Command, topic: &str) -> Result<String, Failure> {
    let own = COMMANDS
        .iter()
        .any(|command| command.name == topic)
        .then(|| cli.find_subcommand_mut(topic))
        .flatten()
        .map(|command| command.render_long_help().to_string());
    match (own, help_text(topic)) {
        (Some(own), Some(language)) => Ok(format!("{own}\nIn the query language:\n\n{language}")),
        (Some(page), None) | (None, Some(page)) => Ok(page),
        (None, None) => {
            let own = COMMANDS.iter().map(|command| command.name);
            let help = match closest(topic, own.clone().chain(help_topics())) {
                Some(close) => format!("did you mean `{close}`?"),
                None => format!(
                    "commands: {}; commands and functions of the language: {}",
                    names(own),
                    names(help_topics()),
                ),
            };
            Err(Failure::Input(format!(
                "there is no page `{topic}`; {help}"
            )))
        }
    }
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_the_language_have_pages() {
        let mut cli = cli();
        cli.build();
        let query = page(&mut cli, "query").expect("a command of ours");
        assert!(query.contains("Usage: flowgauge query"), "{query}");
        let stats = page(&mut cli, "stats").expect("a command of the language");
        assert!(stats.contains("stats"), "{stats}");
        let both = page(&mut cli, "filter").expect("both");
        assert!(both.contains("Usage: flowgauge filter") && both.contains("In the query language"));
        assert_eq!(page(&mut cli, "bogus").expect_err("unknown").code(), 2);
    }
}
