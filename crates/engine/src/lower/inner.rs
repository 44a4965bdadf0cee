//! Inner queries and small tables: rows that are in memory before the plan runs.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::common::{Column, JoinType, Result, TableReference, resources_err};
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::{Expr as Df, LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::execute_stream;
use flowgauge_ql::pipeline::Pipeline;
use futures::StreamExt;

use super::Lowering;

/// Rows in memory.
pub(super) struct Rows {
    /// Their columns.
    pub(super) schema: SchemaRef,
    /// The rows, in order.
    pub(super) batches: Vec<RecordBatch>,
}

impl Lowering {
    /// The steps of an inner query over its own events; output and order are still to be applied.
    pub(super) async fn inner(&mut self, pipeline: &Pipeline) -> Result<Lowering> {
        let query = Arc::clone(&self.query);
        let pipeline = Arc::new(pipeline.clone());
        let mut inner = Lowering::begin(query, Arc::clone(&pipeline), None, self.fresh).await?;
        inner.steps(pipeline.steps.len()).await?;
        self.absorb(&mut inner);
        Ok(inner)
    }

    /// Runs a plan now and keeps its rows. `check` sees every batch and can refuse to go on; so
    /// does the memory that inner queries may hold. `what` names the rows in messages.
    pub(super) async fn rows_of(
        &self,
        plan: &LogicalPlan,
        what: &str,
        mut check: impl FnMut(&RecordBatch) -> Result<()> + Send,
    ) -> Result<Rows> {
        if self.query.dry {
            return Ok(Rows {
                schema: Arc::clone(plan.schema().inner()),
                batches: Vec::new(),
            });
        }
        let state = &self.query.state;
        let optimized = state.optimize(plan)?;
        let physical = state
            .query_planner()
            .create_physical_plan(&optimized, state)
            .await?;
        let schema = physical.schema();
        let mut stream = execute_stream(physical, state.task_ctx())?;
        let mut batches = Vec::new();
        let mut held = 0;
        while let Some(batch) = stream.next().await {
            let batch = compact(batch?)?;
            check(&batch)?;
            held += batch.get_array_memory_size();
            if held > self.context.memory {
                return resources_err!(
                    "{what} has more than the {} MiB that may be held; filter it or name fewer \
                     columns",
                    self.context.memory >> 20
                );
            }
            batches.push(batch);
        }
        Ok(Rows { schema, batches })
    }

    /// Joins rows in memory to the plan by equal columns, which are not null: `keys` are columns
    /// of the rows, `values` of the plan. With `outer`, rows of the plan without a partner stay.
    ///
    /// The rows in memory are the left input, the one that DataFusion hashes; the plan streams.
    pub(super) fn join_rows(
        &mut self,
        rows: Rows,
        keys: Vec<String>,
        values: Vec<Df>,
        outer: bool,
    ) -> Result<()> {
        let name = TableReference::bare(self.internal_name("rows"));
        // Columns of the table and those of the plan must not be called the same, whatever the
        // optimizer does with the aliases below.
        let (schema, batches) = renamed(rows)?;
        let table = MemTable::try_new(schema, vec![batches])?;
        let build =
            LogicalPlanBuilder::scan(name.clone(), provider_as_source(Arc::new(table)), None)?;
        let kind = if outer {
            JoinType::Right
        } else {
            JoinType::Inner
        };
        let keys: Vec<Column> = keys
            .into_iter()
            .map(|key| Column::new(Some(name.clone()), in_table(&key)))
            .collect();
        let values: Vec<Column> = values
            .iter()
            .filter_map(|value| value.try_as_col().cloned())
            .collect();
        let joined = build.join(self.plan.clone(), kind, (keys, values), None)?;
        // Internal names are unique without a qualifier, and are used without one.
        let columns: Vec<Df> = joined
            .schema()
            .columns()
            .into_iter()
            .map(|column| match &column.relation {
                Some(table) if *table == name => {
                    let own = column.name.strip_prefix(IN_TABLE).map(str::to_owned);
                    let own = own.unwrap_or_else(|| column.name.clone());
                    Df::Column(column).alias(own)
                }
                _ => Df::Column(column),
            })
            .collect();
        self.plan = joined.project(columns)?.build()?;
        Ok(())
    }
}

/// What is put before the name of a column in a table of rows.
const IN_TABLE: &str = "#held.";

fn in_table(column: &str) -> String {
    format!("{IN_TABLE}{column}")
}

/// The rows with the names that their columns have in a table.
fn renamed(rows: Rows) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let fields = rows.schema.fields().iter().map(|field| {
        let name = in_table(field.name());
        field.as_ref().clone().with_name(name)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let batches = rows
        .batches
        .into_iter()
        .map(|batch| RecordBatch::try_new(Arc::clone(&schema), batch.columns().to_vec()))
        .collect::<Result<_, _>>()?;
    Ok((schema, batches))
}

/// A batch that holds its own text: views into the blocks that were read would keep those.
fn compact(batch: RecordBatch) -> Result<RecordBatch> {
    let columns = batch
        .columns()
        .iter()
        .map(|column| match column.data_type() {
            DataType::Utf8View => Arc::new(column.as_string_view().gc()) as ArrayRef,
            _ => Arc::clone(column),
        })
        .collect();
    Ok(RecordBatch::try_new(batch.schema(), columns)?)
}
