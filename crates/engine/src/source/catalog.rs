//! Files and objects as the catalog of queries.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::common::Result;
use flowgauge_event::TimeRange;

use super::{Dataset, InputOptions};
use crate::catalog::{Catalog, EventRequest, Events};
use crate::error::InputError;
use crate::statistics::Statistics;

/// The inputs that the user named.
pub struct FileCatalog {
    inputs: InputOptions,
    statistics: Arc<Statistics>,
}

impl FileCatalog {
    /// A catalog whose default input is `inputs`; their times are not looked at. `statistics`
    /// counts what is read from every table.
    pub fn new(inputs: InputOptions, statistics: Arc<Statistics>) -> FileCatalog {
        FileCatalog { inputs, statistics }
    }

    async fn open(&self, window: TimeRange) -> Result<Dataset, InputError> {
        let inputs = InputOptions {
            range: window,
            ..self.inputs.clone()
        };
        Dataset::open(&inputs, Arc::clone(&self.statistics)).await
    }
}

#[async_trait]
impl Catalog for FileCatalog {
    async fn events(&self, request: &EventRequest) -> Result<Events> {
        let dataset = self
            .open(request.window)
            .await
            .map_err(InputError::into_datafusion)?;
        Ok(Events {
            unknown_fields: dataset.unknown_fields(&request.fields),
            stored_bytes: dataset.stored_bytes(),
            table: Arc::new(dataset.table(&request.fields, request.newest_first)),
        })
    }
}
