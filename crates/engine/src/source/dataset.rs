//! The inputs of a query, listed and known as far as planning needs.

use std::collections::BTreeSet;
use std::sync::Arc;

use flowgauge_event::TimeRange;
use flowgauge_format::{flow_fields, s3_key};
use flowgauge_ql::pipeline::GroupFacts;
use futures::{StreamExt, stream};
use tokio::runtime::Handle;

use super::list::Listing;
use super::location::{Entry, Location, Membership};
use super::open::{Kind, Reading, open};
use super::scan::Shared;
use super::table::EventTable;
use crate::error::InputError;
use crate::statistics::Statistics;

/// What the user said about the inputs.
#[derive(Debug, Clone, Default)]
pub struct InputOptions {
    /// Files, folders, globs, `-`, `s3://` URLs.
    pub paths: Vec<String>,
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
        let flow_logs = all_flow_logs(&shared).await?;
        Ok(Dataset { shared, flow_logs })
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
    /// flow logs have the published fields only.
    pub fn unknown_fields(&self, names: &BTreeSet<String>) -> Vec<String> {
        if !self.flow_logs || self.is_empty() {
            return Vec::new();
        }
        let known = |name: &str| name.starts_with('@') || flow_fields::resolve(name).is_some();
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

/// Whether every input is a flow log.
async fn all_flow_logs(shared: &Shared) -> Result<bool, InputError> {
    let mut looks = stream::iter(0..shared.inputs.len())
        .map(|input| {
            let shared = shared.clone();
            let handle = Handle::current();
            // Reading heads blocks, which the threads of the runtime must not.
            tokio::task::spawn_blocking(move || {
                is_flow_log(&shared.inputs[input], &shared, &handle)
            })
        })
        .buffered(LOOKS);
    while let Some(look) = looks.next().await {
        let flow = look.map_err(|error| InputError::new("inputs", error.to_string()))?;
        if !flow? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether an input is a flow log: by the key for objects, by its head for files.
fn is_flow_log(entry: &Entry, shared: &Shared, handle: &Handle) -> Result<bool, InputError> {
    match &entry.location {
        // These cannot be looked at twice.
        Location::Stdin | Location::Pipe(_) => Ok(matches!(
            entry.membership.reading.format.as_deref(),
            Some("vpc-flow" | "tgw-flow")
        )),
        Location::Object { .. } if is_flow_key(entry) => {
            Ok(entry.membership.reading.format.is_none())
        }
        _ => match open(entry, handle) {
            Ok(Kind::Text { decoder, .. }) => Ok(decoder.case_insensitive()),
            Ok(Kind::Parquet | Kind::Empty) => Ok(true),
            Err(_) if shared.skip_bad => Ok(true),
            Err(error) => Err(error),
        },
    }
}

fn is_flow_key(entry: &Entry) -> bool {
    s3_key::parse_key(&entry.name).is_some_and(|key| key.service == s3_key::Service::VpcFlowLogs)
}
