//! What a pipeline reads, in the query's words: log groups and times.

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

/// A time of `start=` or `end=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RelativeTime {
    /// `now`
    Now,
    /// `-1d`
    Ago(Period),
}

impl RelativeTime {
    /// Milliseconds since the epoch, for a query that began at `now`.
    pub fn millis(self, now: i64) -> i64 {
        match self {
            RelativeTime::Now => now,
            RelativeTime::Ago(period) => now.saturating_sub(period.approx_millis()),
        }
    }
}
