//! What queries of the reference evaluator can read.

use std::collections::BTreeMap;

use flowgauge_ql::pipeline::{GroupChoice, LogClass, SourceSpec};

use super::{Row, parse};
use flowgauge_event::Value;

/// The events and the lookup tables of a run.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// What a query reads that names no log group, in input order.
    pub events: Vec<Row>,
    /// The log groups.
    pub groups: Vec<Group>,
    /// The lookup tables.
    pub tables: Vec<LookupTable>,
}

/// A log group.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its attributes: `account`, `class`, `source`, and tags as `tag:KEY`.
    pub attributes: BTreeMap<String, String>,
    /// Its events, in input order.
    pub events: Vec<Row>,
}

/// A lookup table.
#[derive(Debug, Clone, Default)]
pub struct LookupTable {
    /// Its name.
    pub name: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The cells, a value for each column.
    pub rows: Vec<Vec<String>>,
}

impl From<Vec<Row>> for Inputs {
    fn from(events: Vec<Row>) -> Inputs {
        Inputs {
            events,
            ..Inputs::default()
        }
    }
}

impl Inputs {
    /// The events of a source, of all times: those of the groups in the order they are known.
    pub(super) fn events(&self, source: &SourceSpec) -> Result<Vec<&Row>, String> {
        if source.choices.is_empty() {
            return Ok(self.events.iter().collect());
        }
        let mut chosen = Vec::new();
        let mut none = true;
        for group in &self.groups {
            if source.choices.iter().any(|choice| group.is_chosen(choice)) {
                chosen.extend(&group.events);
                none = false;
            }
        }
        if none {
            return Err("no log group is chosen".to_owned());
        }
        Ok(chosen)
    }

    /// A lookup table.
    pub(super) fn table(&self, name: &str) -> Result<&LookupTable, String> {
        let found = self.tables.iter().find(|table| table.name == name);
        found.ok_or_else(|| format!("no lookup table is called {name}"))
    }
}

impl Group {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    fn is_chosen(&self, choice: &GroupChoice) -> bool {
        if !choice.names.is_empty() && !choice.names.contains(&self.name) {
            return false;
        }
        let rare = self.attribute("class") == Some("INFREQUENT_ACCESS");
        let class = if rare {
            LogClass::InfrequentAccess
        } else {
            LogClass::Standard
        };
        if choice.classes.is_empty() && choice.names.is_empty() && rare {
            return false;
        }
        if !choice.classes.is_empty() && !choice.classes.contains(&class) {
            return false;
        }
        let begins = |prefix: &String| self.name.starts_with(prefix.as_str());
        if !choice.prefixes.is_empty() && !choice.prefixes.iter().any(begins) {
            return false;
        }
        for (wanted, attribute) in [
            (&choice.accounts, "account"),
            (&choice.data_sources, "source"),
        ] {
            let has = |value: &String| self.attribute(attribute) == Some(value.as_str());
            if !wanted.is_empty() && !wanted.iter().any(has) {
                return false;
            }
        }
        choice.tags.iter().all(|filter| {
            let value = self.attribute(&format!("tag:{}", filter.key));
            value.is_some_and(|value| {
                filter.values.is_empty() || filter.values.iter().any(|pattern| fits(value, pattern))
            })
        })
    }
}

/// Whether a tag's value fits a pattern with stars and a leading `!`.
fn fits(value: &str, pattern: &str) -> bool {
    if let Some(negated) = pattern.strip_prefix('!') {
        return !fits(value, negated);
    }
    let parts: Vec<String> = pattern.split('*').map(regex::escape).collect();
    let regex = format!("^(?s:{})$", parts.join(".*"));
    regex::Regex::new(&regex).is_ok_and(|regex| regex.is_match(value))
}

impl LookupTable {
    /// Reads CSV whose cells hold no line ends.
    pub fn parse(name: &str, csv: &str) -> LookupTable {
        let mut lines = csv.lines().filter(|line| !line.is_empty()).map(|line| {
            let cells = parse::csv(Some(line)).into_iter();
            cells
                .map(|cell| match cell {
                    Value::Text(text) => text,
                    _ => String::new(),
                })
                .collect::<Vec<String>>()
        });
        LookupTable {
            name: name.to_owned(),
            columns: lines.next().unwrap_or_default(),
            rows: lines.collect(),
        }
    }

    /// The place of a column.
    pub(super) fn column(&self, name: &str) -> Result<usize, String> {
        let found = self.columns.iter().position(|column| column == name);
        found.ok_or_else(|| format!("the table {} has no column {name}", self.name))
    }
}
