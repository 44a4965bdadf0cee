//! Arguments about what exists beside a query: log groups, lookup tables, saved queries, limits.

mod groups;
mod saved;

use clap::Args;
use flowgauge_engine::{LogGroup, LookupTable};
use flowgauge_event::Limits;
use flowgauge_event::limits::{LARGEST_LIMIT, LIMITS};
use flowgauge_ql::suggest::closest;
use flowgauge_ql::{Environment, SavedQuery};

use crate::failure::Failure;

/// What exists beside a query.
#[derive(Debug, Clone, Default, Args)]
pub struct SurroundingArgs {
    /// A log group that SOURCE can choose: a name and a path, glob or URL; the same name again adds another path
    #[arg(long = "group", value_name = "NAME=PATH")]
    groups: Vec<String>,
    /// Log groups from a JSON file, with account, class, data source and tags; see docs/inputs.md
    #[arg(long = "groups", value_name = "FILE")]
    group_files: Vec<String>,
    /// A table for `lookup` and `cidrlookup`: a CSV file with a header line
    #[arg(long = "lookup", value_name = "NAME=FILE")]
    tables: Vec<String>,
    /// A folder of saved queries for `$name(…)`, a file each
    #[arg(long = "saved", value_name = "FOLDER")]
    saved: Vec<String>,
    /// Move a limit of the language; `--limit help` lists them
    #[arg(long = "limit", value_name = "NAME=VALUE")]
    limits: Vec<String>,
}

/// What exists beside a query, after its arguments have been understood.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Log groups; format and endpoint are those of the other inputs unless they have their own.
    pub groups: Vec<LogGroup>,
    /// Lookup tables.
    pub tables: Vec<LookupTable>,
    /// Saved queries.
    pub saved: Vec<SavedQuery>,
    /// Limits.
    pub limits: Limits,
}

impl SurroundingArgs {
    /// Whether a log group is named.
    pub fn has_groups(&self) -> bool {
        !self.groups.is_empty() || !self.group_files.is_empty()
    }

    /// Understands the arguments and reads the files that they name.
    pub fn resolve(&self) -> Result<Surroundings, Failure> {
        let limits = limits(&self.limits)?;
        Ok(Surroundings {
            groups: groups::resolve(&self.groups, &self.group_files)?,
            tables: tables(&self.tables, &limits)?,
            saved: saved::resolve(&self.saved, limits.parameters)?,
            limits,
        })
    }

    /// The list of limits, when it is asked for.
    pub fn help(&self) -> Option<String> {
        if !self.limits.iter().any(|limit| limit == "help") {
            return None;
        }
        let lines = LIMITS.iter().map(|limit| {
            format!(
                "{:16} {:>9}  {}\n",
                limit.name, limit.default, limit.summary
            )
        });
        Some(lines.collect())
    }
}

impl Surroundings {
    /// What the front end is to know.
    pub fn environment(&self) -> Environment {
        let groups = self.groups.iter().map(|group| group.facts.name.clone());
        let tables = self.tables.iter().map(|table| table.header.clone());
        Environment {
            groups: Some(groups.collect()),
            tables: Some(tables.collect()),
            saved: self.saved.clone(),
        }
    }

    /// The same for a check, where what is not named may exist all the same.
    pub fn environment_of_check(&self) -> Environment {
        let all = self.environment();
        Environment {
            groups: all.groups.filter(|groups| !groups.is_empty()),
            tables: all.tables.filter(|tables| !tables.is_empty()),
            saved: all.saved,
        }
    }
}

/// `NAME=VALUE` apart.
fn named<'a>(option: &str, argument: &'a str) -> Result<(&'a str, &'a str), Failure> {
    match argument.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => Ok((name, value)),
        _ => Err(Failure::Input(format!(
            "`--{option} {argument}` is incomplete: write a name, `=` and a value"
        ))),
    }
}

fn limits(arguments: &[String]) -> Result<Limits, Failure> {
    let mut limits = Limits::default();
    for argument in arguments {
        let (name, value) = named("limit", argument)?;
        let Some(value) = value.parse().ok().filter(|value| *value <= LARGEST_LIMIT) else {
            return Err(Failure::Input(format!(
                "`--limit {argument}`: a limit is a whole number up to {LARGEST_LIMIT}; what is \
                 above fits into no memory"
            )));
        };
        if !limits.set(name, value) {
            let help = match closest(name, LIMITS.iter().map(|limit| limit.name)) {
                Some(close) => format!("did you mean `{close}`?"),
                None => "`--limit help` lists them".to_owned(),
            };
            return Err(Failure::Input(format!(
                "there is no limit `{name}`; {help}"
            )));
        }
    }
    Ok(limits)
}

fn tables(arguments: &[String], limits: &Limits) -> Result<Vec<LookupTable>, Failure> {
    let mut tables: Vec<LookupTable> = Vec::new();
    for argument in arguments {
        let (name, path) = named("lookup", argument)?;
        if tables.iter().any(|table| table.header.name == name) {
            return Err(Failure::Input(format!(
                "the lookup table `{name}` is given twice"
            )));
        }
        let fail = |error: std::io::Error| Failure::Input(format!("{path}: {error}"));
        // The size is looked at first, so that a wrong file does not fill the memory.
        let size = std::fs::metadata(path).map_err(fail)?.len();
        if size > limits.lookup_bytes {
            return Err(Failure::Input(format!(
                "{path}: a lookup table may have {} bytes, this one has {size}; `--limit lookup-bytes={size}` allows it",
                limits.lookup_bytes
            )));
        }
        let csv = std::fs::read(path).map_err(fail)?;
        let table = LookupTable::from_csv(name, path, &csv, limits.lookup_bytes)
            .map_err(|error| Failure::Input(error.to_string()))?;
        tables.push(table);
    }
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(arguments: SurroundingArgs) -> String {
        match arguments.resolve() {
            Err(Failure::Input(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn limits_move_by_name() {
        let limits = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            limits(&texts)
        };
        let moved = limits(&["join-keys=7", "joins=2"]).expect("valid");
        assert_eq!((moved.join_keys, moved.joins), (7, 2));
        for (text, part) in [
            ("join-keys", "is incomplete"),
            ("join-keys=many", "whole number"),
            ("max-rows=1000000001", "up to 1000000000"),
            ("join-kes=1", "did you mean `join-keys`?"),
        ] {
            let arguments = SurroundingArgs {
                limits: vec![text.to_owned()],
                ..SurroundingArgs::default()
            };
            let message = problem(arguments);
            assert!(message.contains(part), "{message}");
        }
    }
}
