//! What a pipeline reads, in the query's words: log groups and times.

use std::collections::BTreeMap;

use flowgauge_event::{Period, TimeRange};

/// The log groups and the times that a pipeline reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SourceSpec {
    /// One a `SOURCE` stage; a group is read when any of them chooses it. Empty: the default
    /// input, which whoever runs the query names.
    pub choices: Vec<GroupChoice>,
    /// `start=`; otherwise the query's own start.
    pub start: Option<RelativeTime>,
    /// `end=`; otherwise the query's own end.
    pub end: Option<RelativeTime>,
}

impl SourceSpec {
    /// The times to read by a query over `window` that began at `now` (milliseconds).
    pub fn window(&self, window: TimeRange, now: i64) -> TimeRange {
        TimeRange {
            start: self.start.map(|time| time.millis(now)).or(window.start),
            end: self.end.map(|time| time.millis(now)).or(window.end),
        }
    }
}

/// Which groups one `SOURCE` stage chooses: those for which all its parts hold. An empty part
/// holds for every group, except that of the classes, where it means the standard class.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct GroupChoice {
    /// Names; a group has one of them.
    pub names: Vec<String>,
    /// `namePrefix`: the name begins with one of them.
    pub prefixes: Vec<String>,
    /// `accountIdentifier`: the group's account is one of them.
    pub accounts: Vec<String>,
    /// `class`: the group's class is one of them. Empty and without names: [`LogClass::Standard`].
    pub classes: Vec<LogClass>,
    /// `dataSource`: the group's source, `name.type`, is one of them.
    pub data_sources: Vec<String>,
    /// `logGroupTags`: every filter holds.
    pub tags: Vec<TagFilter>,
}

/// The class of a log group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LogClass {
    /// `STANDARD`
    #[default]
    Standard,
    /// `INFREQUENT_ACCESS`
    InfrequentAccess,
}

/// A condition on the tags of a group.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TagFilter {
    /// The tag's key.
    pub key: String,
    /// Patterns of which one holds for the tag's value: `*` stands for any text, a leading `!`
    /// negates. Empty: the tag is there.
    pub values: Vec<String>,
}

impl SourceSpec {
    /// The group that is named, where just one is and by nothing but its name.
    pub fn single_group(&self) -> Option<&str> {
        match self.choices.as_slice() {
            [choice] if choice.is_names() && choice.names.len() == 1 => {
                choice.names.first().map(String::as_str)
            }
            _ => None,
        }
    }
}

impl GroupChoice {
    /// Whether groups are chosen by name alone.
    pub fn is_names(&self) -> bool {
        !self.names.is_empty()
            && self.prefixes.is_empty()
            && self.accounts.is_empty()
            && self.classes.is_empty()
            && self.data_sources.is_empty()
            && self.tags.is_empty()
    }
}

/// What `SOURCE` can ask about a log group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupFacts {
    /// Its name.
    pub name: String,
    /// The account it belongs to.
    pub account: Option<String>,
    /// Its class.
    pub class: LogClass,
    /// What writes it, as `name.type`.
    pub data_source: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl GroupFacts {
    /// A group about which nothing else is known.
    pub fn named(name: &str) -> GroupFacts {
        GroupFacts {
            name: name.to_owned(),
            ..GroupFacts::default()
        }
    }
}

impl GroupChoice {
    /// Whether a group is chosen.
    pub fn holds(&self, group: &GroupFacts) -> bool {
        let class = match self.classes.as_slice() {
            [] => !self.names.is_empty() || group.class == LogClass::Standard,
            classes => classes.contains(&group.class),
        };
        let one_of = |wanted: &[String], fact: Option<&String>| {
            wanted.is_empty() || fact.is_some_and(|fact| wanted.contains(fact))
        };
        class
            && one_of(&self.names, Some(&group.name))
            && (self.prefixes.is_empty()
                || self
                    .prefixes
                    .iter()
                    .any(|prefix| group.name.starts_with(prefix.as_str())))
            && one_of(&self.accounts, group.account.as_ref())
            && one_of(&self.data_sources, group.data_source.as_ref())
            && self.tags.iter().all(|filter| filter.holds(&group.tags))
    }
}

impl TagFilter {
    fn holds(&self, tags: &BTreeMap<String, String>) -> bool {
        let Some(value) = tags.get(&self.key) else {
            return false;
        };
        self.values.is_empty()
            || self
                .values
                .iter()
                .any(|pattern| match pattern.strip_prefix('!') {
                    Some(pattern) => !is_like(value, pattern),
                    None => is_like(value, pattern),
                })
    }
}

/// Whether text fits a pattern in which `*` stands for any text.
fn is_like(text: &str, pattern: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return text == pattern;
    };
    let Some(mut rest) = text.strip_prefix(head) else {
        return false;
    };
    // Every piece between stars at its first place leaves the most for the others.
    let mut pieces = tail.split('*').peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    true
}

/// A time of `start=` or `end=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RelativeTime {
    /// `now`
    Now,
    /// `-1d`
    Ago(Period),
    /// Milliseconds since the epoch; dashboards write them.
    At(i64),
}

impl RelativeTime {
    /// Milliseconds since the epoch, for a query that began at `now`.
    pub fn millis(self, now: i64) -> i64 {
        match self {
            RelativeTime::Now => now,
            RelativeTime::At(millis) => millis,
            RelativeTime::Ago(period) => now.saturating_sub(period.approx_millis()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_text() {
        for (text, pattern, expected) in [
            ("net", "net", true),
            ("net", "Net", false),
            ("network", "net*", true),
            ("network", "*work", true),
            ("network", "n*w*k", true),
            ("network", "n*w*x", false),
            ("aba", "ab*ba", false),
            ("", "*", true),
            ("ab", "*a*b*", true),
        ] {
            assert_eq!(is_like(text, pattern), expected, "{text} {pattern}");
        }
    }

    #[test]
    fn a_group_is_chosen_when_all_parts_hold() {
        let group = GroupFacts {
            name: "/vpc/a".to_owned(),
            account: Some("1".to_owned()),
            class: LogClass::InfrequentAccess,
            data_source: Some("amazon_vpc.flow".to_owned()),
            tags: BTreeMap::from([("team".to_owned(), "net".to_owned())]),
        };
        let texts = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        let any = GroupChoice {
            classes: vec![LogClass::Standard, LogClass::InfrequentAccess],
            ..GroupChoice::default()
        };
        let tag = |values: &[&str]| GroupChoice {
            tags: vec![TagFilter {
                key: "team".to_owned(),
                values: texts(values),
            }],
            ..any.clone()
        };
        for (choice, expected) in [
            (any.clone(), true),
            (GroupChoice::default(), false),
            (
                GroupChoice {
                    names: texts(&["/vpc/b", "/vpc/a"]),
                    ..GroupChoice::default()
                },
                true,
            ),
            (
                GroupChoice {
                    prefixes: texts(&["/dns", "/vpc"]),
                    ..any.clone()
                },
                true,
            ),
            (
                GroupChoice {
                    prefixes: texts(&["/vpc"]),
                    accounts: texts(&["2"]),
                    ..any.clone()
                },
                false,
            ),
            (
                GroupChoice {
                    data_sources: texts(&["amazon_vpc.flow"]),
                    ..any.clone()
                },
                true,
            ),
            (tag(&[]), true),
            (tag(&["n*", "x"]), true),
            (tag(&["!n*"]), false),
            (tag(&["!x"]), true),
        ] {
            assert_eq!(choice.holds(&group), expected, "{choice:?}");
        }
    }
}
