//! Files and objects as the catalog of queries.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use datafusion::common::{DataFusionError, Result};
use flowgauge_event::{Limits, limits};
use flowgauge_ql::pipeline::{GroupFacts, SourceSpec};
use tokio::runtime::Handle;

use super::dataset::Part;
use super::{Dataset, InputOptions, sequential};
use crate::catalog::{Catalog, EventRequest, Events, FieldsRequest};
use crate::error::{EngineError, InputError};
use crate::lookup_table::LookupTable;
use crate::statistics::Statistics;

/// Inputs under a name.
#[derive(Debug, Clone)]
pub struct LogGroup {
    /// What `SOURCE` can ask about it.
    pub facts: GroupFacts,
    /// Where its events are; their times are not looked at.
    pub inputs: InputOptions,
}

/// What the user named: inputs, log groups, lookup tables.
pub struct FileCatalog {
    inputs: Option<InputOptions>,
    groups: Vec<LogGroup>,
    tables: Vec<Arc<LookupTable>>,
    limits: Limits,
    statistics: Arc<Statistics>,
    /// Whether a table reads standard input or a pipe, which no other can then.
    stream_taken: AtomicBool,
}

impl FileCatalog {
    /// A catalog whose default input is `inputs`; their times are not looked at. `statistics`
    /// counts what is read from every table.
    pub fn new(inputs: InputOptions, statistics: Arc<Statistics>) -> FileCatalog {
        FileCatalog {
            inputs: Some(inputs),
            groups: Vec::new(),
            tables: Vec::new(),
            limits: Limits::default(),
            statistics,
            stream_taken: AtomicBool::new(false),
        }
    }

    /// With log groups. When there are no paths, they together are the default input.
    pub fn with_groups(mut self, groups: Vec<LogGroup>) -> FileCatalog {
        if !groups.is_empty()
            && self
                .inputs
                .as_ref()
                .is_some_and(|inputs| inputs.paths.is_empty())
        {
            self.inputs = None;
        }
        self.groups = groups;
        self
    }

    /// With lookup tables.
    pub fn with_tables(mut self, tables: Vec<LookupTable>) -> FileCatalog {
        self.tables = tables.into_iter().map(Arc::new).collect();
        self
    }

    /// With limits of its own.
    pub fn with_limits(mut self, limits: Limits) -> FileCatalog {
        self.limits = limits;
        self
    }

    async fn open(&self, request: &EventRequest) -> Result<Dataset, InputError> {
        let parts = self.parts(&request.source)?;
        let dataset =
            Dataset::of_parts(&parts, request.window, Arc::clone(&self.statistics)).await?;
        if dataset.has_streams() && self.stream_taken.swap(true, Ordering::Relaxed) {
            return Err(InputError::new(
                "-",
                "standard input and pipes can be read once, and this query reads them several \
                 times: write the logs to a file first",
            ));
        }
        Ok(dataset)
    }

    fn parts(&self, source: &SourceSpec) -> Result<Vec<Part<'_>>, InputError> {
        match &self.inputs {
            Some(inputs) if source.choices.is_empty() => Ok(vec![Part {
                inputs,
                group: None,
            }]),
            _ => self.chosen(source),
        }
    }

    /// The inputs to look for fields in. What is read of them is read again by the query, which
    /// alone counts it.
    async fn open_for_fields(&self, request: &FieldsRequest) -> Result<Dataset, InputError> {
        let parts = self.parts(&request.source)?;
        let dataset = Dataset::of_parts(&parts, request.window, Arc::default()).await?;
        if dataset.has_streams() {
            return Err(InputError::new(
                "-",
                "standard input and pipes can be read once, so their fields cannot be looked for \
                 first: name the fields, as in `relevantfields srcAddr, dstPort where …`, or write \
                 the logs to a file",
            ));
        }
        Ok(dataset)
    }

    /// The groups that a source chooses, in the order they are known.
    fn chosen(&self, source: &SourceSpec) -> Result<Vec<Part<'_>>, InputError> {
        let all = source.choices.is_empty();
        let parts: Vec<Part<'_>> = self
            .groups
            .iter()
            .filter(|group| {
                all || source
                    .choices
                    .iter()
                    .any(|choice| choice.holds(&group.facts))
            })
            .map(|group| Part {
                inputs: &group.inputs,
                group: Some(&group.facts),
            })
            .collect();
        if parts.is_empty() {
            return Err(InputError::new("SOURCE", self.nothing_chosen(source)));
        }
        if parts.len() as u64 > self.limits.source_groups {
            return Err(InputError::new(
                "SOURCE",
                format!(
                    "{} log groups are chosen; the limit is {}",
                    parts.len(),
                    self.limits.source_groups
                ),
            ));
        }
        Ok(parts)
    }

    fn nothing_chosen(&self, source: &SourceSpec) -> String {
        let what = match source.single_group() {
            Some(name) => format!("no log group is called `{name}`"),
            None => "no log group is chosen".to_owned(),
        };
        let names: Vec<&str> = self
            .groups
            .iter()
            .map(|group| group.facts.name.as_str())
            .collect();
        match names.as_slice() {
            [] => format!("{what}: no log groups are known"),
            _ => format!("{what}; the log groups are: {}", names.join(", ")),
        }
    }
}

#[async_trait]
impl Catalog for FileCatalog {
    async fn events(&self, request: &EventRequest) -> Result<Events> {
        let dataset = self
            .open(request)
            .await
            .map_err(InputError::into_datafusion)?;
        Ok(Events {
            unknown_fields: dataset.unknown_fields(&request.fields),
            stored_bytes: dataset.stored_bytes(),
            of_unknown_size: dataset.of_unknown_size().map(str::to_owned),
            table: Arc::new(dataset.table(&request.fields, request.newest_first)),
        })
    }

    async fn fields(&self, request: &FieldsRequest) -> Result<Vec<String>> {
        let dataset = self
            .open_for_fields(request)
            .await
            .map_err(InputError::into_datafusion)?;
        let handle = Handle::current();
        let without = request.without.clone();
        // Reading may wait for object stores, which the runtime's own threads must not.
        let found = tokio::task::spawn_blocking(move || {
            sequential::sample_fields(&dataset, &handle, limits::RELEVANT_FIELDS, |name| {
                !without
                    .iter()
                    .any(|other| dataset.is_same_field(name, other))
            })
        });
        let found = found
            .await
            .map_err(|error| DataFusionError::External(Box::new(error)))?;
        found.map_err(|error| match error {
            EngineError::Input(error) => error.into_datafusion(),
            other => DataFusionError::External(Box::new(other)),
        })
    }

    async fn lookup_table(&self, name: &str) -> Result<Arc<LookupTable>> {
        let found = self.tables.iter().find(|table| table.header.name == name);
        found.cloned().ok_or_else(|| {
            InputError::new("lookup", format!("no lookup table is called `{name}`"))
                .into_datafusion()
        })
    }
}
