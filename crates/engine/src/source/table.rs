//! Inputs as a DataFusion table with exactly the columns that a query names.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType, utils::conjunction};
use datafusion::physical_plan::ExecutionPlan;

use super::program::Wishes;
use super::scan::{ScanExec, Shared};
use crate::lower::{POSITION, column_of, number_column};
use crate::types;

/// The table.
pub struct EventTable {
    shared: Shared,
    schema: SchemaRef,
}

impl EventTable {
    /// A table over shared inputs; for the columns see [`event_schema`].
    pub(super) fn new<'a>(
        shared: Shared,
        fields: impl IntoIterator<Item = &'a str>,
        is_integer: impl Fn(&str) -> bool,
    ) -> EventTable {
        EventTable {
            shared,
            schema: event_schema(fields, is_integer),
        }
    }
}

/// The columns of a table of events: a text column per field, a column of numbers beside it
/// where `is_integer` says so, time columns for `@timestamp` and `@ingestionTime`, and the position,
/// which numbers the events in input order.
pub fn event_schema<'a>(
    fields: impl IntoIterator<Item = &'a str>,
    is_integer: impl Fn(&str) -> bool,
) -> SchemaRef {
    let mut columns = Vec::new();
    let mut names: Vec<&str> = fields.into_iter().filter(|name| *name != "@ptr").collect();
    // Default order and selectors need the time, pointers need the log.
    for needed in ["@timestamp", "@log"] {
        if !names.contains(&needed) {
            names.push(needed);
        }
    }
    for name in names {
        let time = matches!(name, "@timestamp" | "@ingestionTime");
        let kind = if time { types::TIME } else { types::TEXT };
        columns.push(Field::new(column_of(name), kind, true));
        if is_integer(name) {
            columns.push(Field::new(number_column(name), types::number(), true));
        }
    }
    columns.push(Field::new(POSITION, DataType::Int64, false));
    Arc::new(Schema::new(columns))
}

impl fmt::Debug for EventTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventTable")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for EventTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let wanted = projection.unwrap_or(&all);
        let condition = conjunction(filters.iter().cloned());
        // A condition may read columns that the plan above does not want.
        let mut read = wanted.clone();
        if let Some(condition) = &condition {
            for column in condition.column_refs() {
                let index = self.schema.index_of(&column.name)?;
                if !read.contains(&index) {
                    read.push(index);
                }
            }
        }
        let schema = Arc::new(self.schema.project(&read)?);
        let condition = match condition {
            Some(condition) => {
                let df_schema = DFSchema::try_from(schema.as_ref().clone())?;
                Some(state.create_physical_expr(unqualified(condition)?, &df_schema)?)
            }
            None => None,
        };
        let partitions = state.config().target_partitions();
        let wishes = Wishes {
            decoded: Arc::clone(&schema),
            condition,
            moving: Vec::new(),
            outputs: None,
        };
        let scan = ScanExec::new(self.shared.clone(), wishes, limit, partitions)?;
        let scan: Arc<dyn ExecutionPlan> = Arc::new(scan);
        if read.len() == wanted.len() {
            return Ok(scan);
        }
        let keep = (0..wanted.len())
            .map(|index| {
                let name = schema.field(index).name().clone();
                let column = datafusion::physical_expr::expressions::Column::new(&name, index);
                (Arc::new(column) as _, name)
            })
            .collect::<Vec<_>>();
        Ok(Arc::new(
            datafusion::physical_plan::projection::ProjectionExec::try_new(keep, scan)?,
        ))
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Exact; filters.len()])
    }
}

/// The condition with bare column names, as the scan's own schema has them.
fn unqualified(condition: Expr) -> Result<Expr> {
    use datafusion::common::tree_node::{Transformed, TreeNode};
    Ok(condition
        .transform(|expr| {
            Ok(match expr {
                Expr::Column(column) if column.relation.is_some() => Transformed::yes(
                    Expr::Column(datafusion::common::Column::new_unqualified(column.name)),
                ),
                other => Transformed::no(other),
            })
        })?
        .data)
}
