//! The names that exist at one point of a generated query.

use super::words::NO_TIME;

/// The names at one point of a query.
pub(super) struct Names {
    pub(super) known: Vec<String>,
    /// The source fields, which other log groups have as well.
    pub(super) source: Vec<String>,
    /// Whether a `join` has been rendered.
    pub(super) joined: bool,
    /// The expression for the event time; a number once `stats` has removed it.
    pub(super) time: &'static str,
    /// What `fillmissing` needs of the last `stats`, while rows are its groups.
    pub(super) groups: Option<Groups>,
    pub(super) made: usize,
}

/// The groups of a `stats` with a bin.
pub(super) struct Groups {
    pub(super) bin: String,
    /// Outputs that a number can be filled into: no lists.
    pub(super) fillable: Vec<String>,
}

impl Names {
    pub(super) fn new(fields: &[&str]) -> Names {
        let known: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        Names {
            source: known.clone(),
            known,
            joined: false,
            time: "@timestamp",
            groups: None,
            made: 0,
        }
    }

    pub(super) fn pick(&self, number: usize) -> &str {
        &self.known[number % self.known.len()]
    }

    /// The names of some numbers, each once.
    pub(super) fn some(&self, numbers: &[usize]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for number in numbers {
            let name = self.pick(*number).to_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Only these names are left, and no event time.
    pub(super) fn replace(&mut self, known: &[&str]) {
        self.known = known.iter().map(|name| (*name).to_owned()).collect();
        self.time = NO_TIME;
        self.groups = None;
    }

    /// A source field that can stand behind the name of a side.
    pub(super) fn source(&self, number: usize) -> &str {
        let plain: Vec<&String> = self
            .source
            .iter()
            .filter(|name| !name.starts_with('@'))
            .collect();
        plain[number % plain.len()]
    }

    /// A known name without brackets, which can stand where a name is expected.
    pub(super) fn plain(&self, number: usize) -> String {
        let plain: Vec<&String> = self
            .known
            .iter()
            .filter(|name| !name.starts_with('@') && !name.contains(['[', '.']))
            .collect();
        plain[number % plain.len()].clone()
    }

    /// A name that no stage has used; known from the next stage on.
    pub(super) fn fresh(&mut self) -> String {
        self.made += 1;
        format!("v{}", self.made)
    }
}
