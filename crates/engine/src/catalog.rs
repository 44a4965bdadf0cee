//! Where the tables of a query come from.
//!
//! A query may read several tables: its own events, those of other log groups, the same events of
//! an earlier window. Lowering asks a [`Catalog`] for each with an [`EventRequest`]; whoever has
//! logs implements it ([`crate::source::FileCatalog`] for files and objects).

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::common::Result;
use datafusion::datasource::TableProvider;
use flowgauge_event::TimeRange;
use flowgauge_ql::pipeline::SourceSpec;

use crate::lookup_table::LookupTable;

/// One table of events that a query wants.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventRequest {
    /// The log groups. Their times are not to be looked at, [`EventRequest::window`] is.
    pub source: SourceSpec,
    /// The times of the events, whatever the query's own window is: `diff` and its like ask for
    /// the same source with [`TimeRange::earlier`].
    pub window: TimeRange,
    /// The fields that become columns, under the user's spellings.
    pub fields: BTreeSet<String>,
    /// Where reading should begin; rows come in no particular order either way.
    pub newest_first: bool,
}

/// The answer to an [`EventRequest`].
pub struct Events {
    /// The events in the window; its columns are those of [`crate::source::event_schema`].
    pub table: Arc<dyn TableProvider>,
    /// Fields that no event can have, as far as that is known before reading.
    pub unknown_fields: Vec<String>,
    /// Bytes that reading everything would read, as stored.
    pub stored_bytes: u64,
    /// The name of an input that `stored_bytes` leaves out, since its size is not known before it is
    /// read (standard input).
    pub of_unknown_size: Option<String>,
}

/// A question for the fields of the events that a query reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldsRequest {
    /// The log groups, as in [`EventRequest::source`].
    pub source: SourceSpec,
    /// The times of the events.
    pub window: TimeRange,
    /// Fields that are not asked for, under the user's spellings.
    pub without: BTreeSet<String>,
}

/// Whoever has logs. Called while a query is planned, once for each table it reads.
///
/// Errors that the user has to act upon (an unknown log group, a file that cannot be read) are
/// [`InputError`](crate::InputError)s in their DataFusion form.
#[async_trait]
pub trait Catalog: Send + Sync {
    /// A table of events.
    async fn events(&self, request: &EventRequest) -> Result<Events>;

    /// Fields that the events have, the most common ones if they are very many. It is enough to look
    /// at some of the events; a field that only others have may then be left out.
    async fn fields(&self, request: &FieldsRequest) -> Result<Vec<String>>;

    /// The lookup table of a name.
    async fn lookup_table(&self, name: &str) -> Result<Arc<LookupTable>>;
}
