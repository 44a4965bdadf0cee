//! Running a query: session, plan, stream, result.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::Result;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::physical_plan::{ExecutionPlan, displayable, execute_stream};
use datafusion::prelude::SessionConfig;
use flowgauge_event::{Limits, TimeRange, Value};
use flowgauge_ql::Pipeline;
use futures::StreamExt;

use crate::catalog::Catalog;
use crate::error::EngineError;
use crate::filling;
use crate::grouping;
use crate::lower::{self, QueryContext};
use crate::memory::MemoryBudget;
use crate::statistics::Statistics;
use crate::values;

/// How a query may use the machine, and when it runs.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Start of the query, milliseconds since the epoch.
    pub now: i64,
    /// The query window: the times of the events that are read, unless the query says otherwise.
    pub window: TimeRange,
    /// What the query may ask for.
    pub limits: Limits,
    /// Threads that read and compute.
    pub threads: usize,
    /// Bytes of memory that sorting and grouping may hold together before they use the disk.
    pub memory: usize,
    /// Whether raw results carry the pointer column `@ptr`.
    pub pointers: bool,
    /// Whether only the plan is wanted: inner queries do not run and count as empty.
    pub plan_only: bool,
}

impl RunOptions {
    /// All times, all processors, 192 MiB, AWS's limits.
    pub fn new(now: i64) -> RunOptions {
        RunOptions {
            now,
            window: TimeRange::default(),
            limits: Limits::default(),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            memory: 192 << 20,
            pointers: false,
            plan_only: false,
        }
    }
}

/// A planned query.
pub struct Query {
    columns: Vec<String>,
    plan: Arc<dyn ExecutionPlan>,
    logical: String,
    state: SessionState,
    implied_limit: Option<u64>,
    statistics: Arc<Statistics>,
    unknown_fields: Vec<String>,
}

/// The rows of a finished query.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Whether rows were left out because the query set no `limit`.
    pub truncated_at: Option<u64>,
}

impl Query {
    /// Asks the catalog for the tables that the query reads and plans it.
    pub async fn plan(
        pipeline: &Pipeline,
        catalog: Arc<dyn Catalog>,
        options: &RunOptions,
        statistics: Arc<Statistics>,
    ) -> Result<Query, EngineError> {
        let mut pipeline = pipeline.clone();
        if options.pointers && pipeline.raw {
            let expr = flowgauge_ql::pipeline::Expr::Source("@ptr".to_owned());
            pipeline.output.push(flowgauge_ql::pipeline::OutputColumn {
                name: "@ptr".to_owned(),
                expr,
            });
        }
        let context = QueryContext {
            now: options.now,
            start: options.window.start,
            end: options.window.end,
            limits: options.limits,
            statistics: Arc::clone(&statistics),
            // Rows are held twice for a moment, and other operators need memory as well.
            memory: options.memory / 4,
            plan_only: options.plan_only,
        };
        let state = session(options, batch_rows(&pipeline))?;
        let lowered = lower::lower(&pipeline, catalog, context, state.clone()).await?;
        let columns = if pipeline.estimate {
            vec![lower::ESTIMATED_BYTES.to_owned()]
        } else {
            pipeline
                .output
                .iter()
                .map(|column| column.name.clone())
                .collect()
        };
        let optimized = state.optimize(&lowered.plan)?;
        let logical = optimized.display_indent().to_string();
        let plan = state
            .query_planner()
            .create_physical_plan(&optimized, &state)
            .await?;
        let plan = filling::install(grouping::install(plan)?)?;
        Ok(Query {
            columns,
            plan,
            logical,
            state,
            implied_limit: lowered.implied_limit,
            statistics,
            unknown_fields: lowered.unknown_fields,
        })
    }

    /// Fields that the query names and no event can have; known for flow logs only.
    pub fn unknown_fields(&self) -> &[String] {
        &self.unknown_fields
    }

    /// Headers of the result, in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The optimised logical plan, for `--explain=logical`.
    pub fn logical(&self) -> &str {
        &self.logical
    }

    /// The physical plan, for `--explain=physical`.
    pub fn physical(&self) -> String {
        displayable(self.plan.as_ref()).indent(true).to_string()
    }

    /// What was read so far.
    pub fn statistics(&self) -> &Arc<Statistics> {
        &self.statistics
    }

    /// Runs the query and hands over batches in order, at most the row limit altogether.
    pub async fn run_batches(
        &self,
        mut batch: impl FnMut(&RecordBatch) -> Result<(), EngineError>,
    ) -> Result<Outcome, EngineError> {
        let mut stream = execute_stream(Arc::clone(&self.plan), self.state.task_ctx())?;
        let mut left = self.implied_limit.unwrap_or(u64::MAX);
        let mut outcome = Outcome::default();
        while let Some(next) = stream.next().await {
            let next = next?;
            let rows = next.num_rows() as u64;
            if rows > left {
                outcome.truncated_at = self.implied_limit;
            }
            let kept = next.slice(0, rows.min(left) as usize);
            left -= kept.num_rows() as u64;
            if kept.num_rows() > 0 {
                batch(&kept)?;
            }
        }
        Ok(outcome)
    }

    /// Runs the query and hands over rows in order.
    pub async fn run(
        &self,
        mut row: impl FnMut(&[Value]) -> Result<(), EngineError>,
    ) -> Result<Outcome, EngineError> {
        let mut cells = Vec::with_capacity(self.columns.len());
        self.run_batches(|batch| {
            for index in 0..batch.num_rows() {
                cells.clear();
                for column in batch.columns() {
                    cells.push(values::cell(column, index)?);
                }
                row(&cells)?;
            }
            Ok(())
        })
        .await
    }
}

/// Rows of a batch. A chain of sorts that use the disk merges in all of them at once, and each holds
/// some batches of every file; smaller ones fit where the rows are long.
fn batch_rows(pipeline: &Pipeline) -> usize {
    if lower::sorts_repeatedly(pipeline) {
        2048
    } else {
        8192
    }
}

fn session(options: &RunOptions, batch_rows: usize) -> Result<SessionState> {
    // What a sort keeps for merging its spilled runs must fit into the budget.
    let merge_bytes = MemoryBudget::merge_bytes(options.memory);
    let config = SessionConfig::new()
        .with_sort_spill_reservation_bytes(merge_bytes)
        .with_target_partitions(options.threads)
        .with_batch_size(batch_rows)
        .set_bool("datafusion.execution.coalesce_batches", true)
        // A scan has as many parts as there are threads; what comes behind one part only is short. Where
        // rows are dealt out again, the planner forgets which columns are constant, and then refuses a
        // sort by them that it has simplified itself.
        .with_round_robin_repartition(false)
        // The side of a join that is hashed is always a small table in memory; no row of the other
        // side needs to move for it.
        .set_usize(
            "datafusion.optimizer.hash_join_single_partition_threshold",
            options.memory,
        )
        .set_usize(
            "datafusion.optimizer.hash_join_single_partition_threshold_rows",
            options.memory,
        )
        // The plan's types agree; of `IS TRUE` the planner says at one place that it is never
        // null and at another that it may be, which this check would refuse.
        .set_bool(
            "datafusion.execution.skip_physical_aggregate_schema_check",
            true,
        );
    Ok(SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime(options)?)
        .with_default_features()
        .build())
}

fn runtime(options: &RunOptions) -> Result<Arc<RuntimeEnv>> {
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::OsTmpDirectory);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(MemoryBudget::new(options.memory)))
        .with_disk_manager_builder(disk)
        .build()?;
    Ok(Arc::new(runtime))
}
