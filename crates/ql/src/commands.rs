//! The registry of commands: one file each under `commands/`, listed once in [`COMMANDS`].
//!
//! The parser dispatches on this slice; `flowgauge help`, the manual, completion and the coverage
//! test derive from it.

use crate::functions::Example;
use crate::parser::{Parse, Parser};
use crate::syntax::StageKind;

mod accum;
mod addtotals;
mod anomaly;
mod appendcols;
mod autoregress;
mod cidrlookup;
mod count_frequent;
mod dedup;
mod diff;
mod display;
mod estimate;
mod expand;
mod fields;
mod filldown;
mod fillmissing;
mod filter;
mod filter_index;
mod join;
mod json;
mod limit;
mod logcompare;
mod lookup;
mod outlier;
mod parse;
mod pattern;
mod relevantfields;
mod saved_query;
mod sessionize;
mod sort;
mod source;
mod stats;
mod unmask;
mod unnest;
mod r#where;

pub(crate) use saved_query::COMMAND as SAVED_QUERY;
pub(crate) use stats::COMMAND as STATS;

/// Everything that is known about a command before it runs.
pub struct Command {
    /// Name as the 2026 guide writes it; matched in any case.
    pub name: &'static str,
    /// Further spellings.
    pub aliases: &'static [&'static str],
    /// Form, e.g. `sort key [asc|desc], …`.
    pub syntax: &'static str,
    /// One sentence for users, with the rules of edge cases.
    pub summary: &'static str,
    /// At least three complete queries.
    pub examples: &'static [Example],
    /// Reads the stage; the command word has been taken.
    pub(crate) parse: fn(&mut Parser<'_>) -> Parse<StageKind>,
}

impl Command {
    /// Whether the guide counts it as a command of its own: `limit any` is a form of `limit`, and a
    /// saved query has the name that its user gave it.
    pub fn is_counted(&self) -> bool {
        !self.name.contains([' ', '$'])
    }

    /// The file of its golden cases, inside `cases/`.
    pub fn case_file(&self) -> String {
        let name = match self.name {
            "$name" => "saved-query".to_owned(),
            name => name.replace(' ', "-"),
        };
        format!("commands/{name}.insights")
    }
}

/// Every command, in the order of the manual.
pub static COMMANDS: &[&Command] = &[
    &fields::COMMAND,
    &display::COMMAND,
    &parse::COMMAND,
    &json::COMMAND,
    &unnest::COMMAND,
    &expand::COMMAND,
    &unmask::COMMAND,
    &filter::COMMAND,
    &r#where::COMMAND,
    &filter_index::COMMAND,
    &stats::COMMAND,
    &count_frequent::COMMAND,
    &addtotals::COMMAND,
    &fillmissing::COMMAND,
    &sort::COMMAND,
    &limit::COMMAND,
    &limit::ANY,
    &dedup::COMMAND,
    &lookup::COMMAND,
    &cidrlookup::COMMAND,
    &join::COMMAND,
    &appendcols::COMMAND,
    &autoregress::COMMAND,
    &accum::COMMAND,
    &filldown::COMMAND,
    &sessionize::COMMAND,
    &outlier::COMMAND,
    &pattern::COMMAND,
    &diff::COMMAND,
    &anomaly::COMMAND,
    &logcompare::COMMAND,
    &relevantfields::COMMAND,
    &source::COMMAND,
    &estimate::COMMAND,
    &saved_query::COMMAND,
];

/// The command of a name or alias, in any case.
pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().copied().find(|command| {
        std::iter::once(&command.name)
            .chain(command.aliases)
            .any(|known| known.eq_ignore_ascii_case(name))
    })
}

/// All names and aliases.
pub fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS
        .iter()
        .flat_map(|command| std::iter::once(command.name).chain(command.aliases.iter().copied()))
}

/// The names of the commands, for messages.
pub(crate) fn listed_names() -> String {
    let names: Vec<&str> = COMMANDS
        .iter()
        .filter(|command| command.is_counted())
        .map(|command| command.name)
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests;
