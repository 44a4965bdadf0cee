//! The inputs of a query, listed and known as far as planning needs.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::sync::Arc;

use flowgauge_event::TimeRange;
use flowgauge_format::{flow_fields, s3_key};
use flowgauge_ql::pipeline::GroupFacts;
use futures::{StreamExt, stream};
use tokio::runtime::Handle;

use super::list::Listing;
use super::location::{Entry, Location, Membership};
use super::open::{Kind, Reading, open};
use super::parquet_file;
use super::scan::Shared;
use super::table::EventTable;
use crate::error::InputError;
use crate::statistics::Statistics;

/// What the user said about the inputs.
#[derive(Debug, Clone, Default)]
pub struct InputOptions {
    /// Files, folders, globs, `-`, `s3://` URLs.
    pub paths: Vec<OsString>,
    /// `--format`: a format's name, or a field list such as `${version} ${account-id}`.
    pub format: Option<String>,
    /// Events outside are not read.
    pub range: TimeRange,
    /// Address of an S3-compatible server instead of AWS.
    pub endpoint_url: Option<String>,
    /// Whether inputs that cannot be read are noted instead of ending the query.
    pub skip_bad_files: bool,
}

/// Listed inputs.
pub struct Dataset {
    shared: Shared,
    /// Whether every input is a flow log, so that fields with integers can be read as such.
    flow_logs: bool,
    /// What flow logs have beside the published fields; `None` when that is not known before reading.
    extras: Option<BTreeSet<String>>,
}

/// Inputs that are read in one way.
pub(super) struct Part<'a> {
    /// The inputs; their times are not looked at.
    pub inputs: &'a InputOptions,
    /// The log group that they are.
    pub group: Option<&'a GroupFacts>,
}

impl Dataset {
    /// Lists the inputs and looks at local ones to tell their format.
    pub async fn open(
        options: &InputOptions,
        statistics: Arc<Statistics>,
    ) -> Result<Dataset, InputError> {
        let part = Part {
            inputs: options,
            group: None,
        };
        Dataset::of_parts(&[part], options.range, statistics).await
    }

    /// Lists the inputs of all parts as one dataset.
    pub(super) async fn of_parts(
        parts: &[Part<'_>],
        range: TimeRange,
        statistics: Arc<Statistics>,
    ) -> Result<Dataset, InputError> {
        let mut inputs = Vec::new();
        for part in parts {
            let membership = Arc::new(Membership {
                reading: reading(part.inputs)?,
                account: part.group.and_then(|group| group.account.clone()),
                group: part.group.map(|group| group.name.clone()),
            });
            let listing = Listing {
                range,
                endpoint_url: part.inputs.endpoint_url.as_deref(),
                skip_bad: part.inputs.skip_bad_files,
                statistics: &statistics,
            };
            let mut listed = listing.list(&part.inputs.paths).await?;
            for entry in &mut listed {
                entry.membership = Arc::clone(&membership);
            }
            inputs.append(&mut listed);
        }
        let total = inputs.iter().filter_map(|entry| entry.size).sum();
        Statistics::add(&statistics.bytes_total, total);
        let shared = Shared {
            inputs: Arc::new(inputs),
            range,
            skip_bad: parts.iter().any(|part| part.inputs.skip_bad_files),
            newest_first: false,
            statistics,
        };
        let found = look_at_all(&shared).await?;
        Ok(Dataset {
            shared,
            flow_logs: found.is_some(),
            extras: found.flatten(),
        })
    }

    /// Whether an input can be read only once.
    pub(super) fn has_streams(&self) -> bool {
        let mut inputs = self.shared.inputs.iter();
        inputs.any(|entry| entry.location.is_stream())
    }

    /// Number of inputs.
    pub fn len(&self) -> usize {
        self.shared.inputs.len()
    }

    /// Whether there are no inputs (all may have been skipped by their names).
    pub fn is_empty(&self) -> bool {
        self.shared.inputs.is_empty()
    }

    /// Whether every input is a flow log.
    pub fn is_flow_logs(&self) -> bool {
        self.flow_logs
    }

    /// The names that no event of the inputs can have, as far as that is known before reading:
    /// flow logs have the published fields, and what header lines and Parquet files add.
    pub fn unknown_fields(&self, names: &BTreeSet<String>) -> Vec<String> {
        let Some(extras) = self.extras.as_ref().filter(|_| !self.is_empty()) else {
            return Vec::new();
        };
        let known = |name: &str| {
            name.starts_with('@')
                || flow_fields::resolve(name).is_some()
                || extras.contains(&letters(name))
        };
        names.iter().filter(|name| !known(name)).cloned().collect()
    }

    /// Whether two spellings name one field.
    pub(super) fn is_same_field(&self, one: &str, other: &str) -> bool {
        let resolve = |name| flow_fields::resolve(name).map(|field| field.name);
        one == other || self.flow_logs && resolve(one).is_some() && resolve(one) == resolve(other)
    }

    /// Bytes that a query would read, as stored.
    pub fn stored_bytes(&self) -> u64 {
        self.shared
            .inputs
            .iter()
            .filter_map(|entry| entry.size)
            .sum()
    }

    /// An input whose size is not known before it is read, if there is one.
    pub fn of_unknown_size(&self) -> Option<&str> {
        let mut inputs = self.shared.inputs.iter();
        inputs
            .find(|entry| entry.size.is_none())
            .map(|entry| entry.name.as_str())
    }

    /// The inputs as a table with these fields. `newest_first` is where reading begins; rows come
    /// in no particular order either way.
    pub fn table(&self, fields: &BTreeSet<String>, newest_first: bool) -> EventTable {
        let is_integer = |name: &str| {
            self.flow_logs && flow_fields::resolve(name).is_some_and(|field| field.integer())
        };
        let shared = Shared {
            newest_first,
            ..self.shared.clone()
        };
        EventTable::new(shared, fields.iter().map(String::as_str), is_integer)
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }
}

fn reading(options: &InputOptions) -> Result<Reading, InputError> {
    match &options.format {
        // A field list says what the fields are; that it is a flow log follows.
        Some(list) if list.contains("${") => {
            flow_fields::parse_log_format(list)
                .map_err(|problem| InputError::new("--format", problem))?;
            Ok(Reading {
                format: None,
                log_format: Some(list.clone()),
            })
        }
        format => Ok(Reading {
            format: format.clone(),
            log_format: None,
        }),
    }
}

/// Inputs looked at at a time; objects are mostly waited for.
const LOOKS: usize = 16;

/// A name without what its spellings differ in.
fn letters(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// What a look at an input told.
enum Look {
    /// It is a flow log.
    FlowLog {
        /// The names of its fields that are not published; `None` when they are not known.
        extras: Option<Vec<String>>,
    },
    Other,
}

impl Look {
    /// A flow log with these fields.
    fn with(names: impl IntoIterator<Item = String>) -> Look {
        let is_extra = |name: &String| flow_fields::resolve(name).is_none();
        Look::FlowLog {
            extras: Some(names.into_iter().filter(is_extra).collect()),
        }
    }
}

/// `Some` when every input is a flow log, and then their fields that are not published, as far as
/// they are known.
async fn look_at_all(shared: &Shared) -> Result<Option<Option<BTreeSet<String>>>, InputError> {
    let mut looks = stream::iter(0..shared.inputs.len())
        .map(|input| {
            let shared = shared.clone();
            let handle = Handle::current();
            // Reading heads blocks, which the threads of the runtime must not.
            tokio::task::spawn_blocking(move || look(&shared.inputs[input], &shared, &handle))
        })
        .buffered(LOOKS);
    let mut all = Some(BTreeSet::new());
    while let Some(look) = looks.next().await {
        let look = look.map_err(|error| InputError::new("inputs", error.to_string()))?;
        let Look::FlowLog { extras } = look? else {
            return Ok(None);
        };
        all = match (all, extras) {
            (Some(mut all), Some(own)) => {
                all.extend(own.iter().map(|name| letters(name)));
                Some(all)
            }
            _ => None,
        };
    }
    Ok(Some(all))
}

/// Looks at an input: at the key of an object that AWS delivered, else at its head.
fn look(entry: &Entry, shared: &Shared, handle: &Handle) -> Result<Look, InputError> {
    let is_object = matches!(entry.location, Location::Object { .. });
    if entry.location.is_stream() {
        // These cannot be looked at twice.
        return Ok(match entry.membership.reading.format.as_deref() {
            Some("vpc-flow" | "tgw-flow") => Look::FlowLog { extras: None },
            _ => Look::Other,
        });
    }
    if is_object && is_flow_key(entry) {
        return Ok(match entry.membership.reading.format {
            None => Look::with([]),
            Some(_) => Look::Other,
        });
    }
    match open(entry, handle) {
        Ok(Kind::Text { decoder, .. }) if decoder.case_insensitive() => Ok(Look::with(
            decoder
                .fields()
                .into_iter()
                .flatten()
                .map(|field| field.name),
        )),
        Ok(Kind::Text { .. }) => Ok(Look::Other),
        Ok(Kind::Empty) => Ok(Look::with([])),
        // Its columns are known at its end, which is far away for objects.
        Ok(Kind::Parquet) if is_object => Ok(Look::FlowLog { extras: None }),
        Ok(Kind::Parquet) => match parquet_file::field_names(entry, handle) {
            Ok(names) => Ok(Look::with(names)),
            // The scan tells what is wrong with it.
            Err(_) => Ok(Look::FlowLog { extras: None }),
        },
        Err(_) if shared.skip_bad => Ok(Look::with([])),
        Err(error) => Err(error),
    }
}

fn is_flow_key(entry: &Entry) -> bool {
    s3_key::parse_key(&entry.name).is_some_and(|key| key.service == s3_key::Service::VpcFlowLogs)
}
