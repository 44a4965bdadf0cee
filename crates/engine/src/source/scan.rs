//! The scan: a physical plan node that decodes blocks on all cores.
//!
//! Conditions that the optimiser pushed down are evaluated here, batch by batch, so that rows that
//! do not match never leave the thread that decoded them; a pushed-down limit ends the reading.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::filter_pushdown::{
    ChildPushdownResult, FilterPushdownPhase, FilterPushdownPropagation, PushedDown,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};
use flowgauge_event::TimeRange;
use flowgauge_format::Request;
use flowgauge_format::columns::Columns;
use tokio::runtime::Handle;

use super::location::Entry;
use super::open::Reading;
use super::parquet_file;
use super::rows::{self, Wanted};
use super::work::{Work, WorkQueue};
use crate::statistics::Statistics;

/// What all threads of a scan share.
#[derive(Clone)]
pub struct Shared {
    /// The inputs, in order.
    pub inputs: Arc<Vec<Entry>>,
    /// How to read them.
    pub reading: Reading,
    /// Events outside are not delivered.
    pub range: TimeRange,
    /// Whether inputs that cannot be read are noted instead of ending the query.
    pub skip_bad: bool,
    /// Whether to begin with the last input and its end, where logs are newest: a query for the
    /// newest events then has them early and skips the rest.
    pub newest_first: bool,
    /// Counters.
    pub statistics: Arc<Statistics>,
}

/// The plan node.
pub struct ScanExec {
    shared: Shared,
    schema: SchemaRef,
    condition: Option<Arc<dyn PhysicalExpr>>,
    /// What operators above learn while they run, such as the worst row of a top-N so far.
    moving: Vec<Arc<dyn PhysicalExpr>>,
    limit: Option<usize>,
    properties: Arc<PlanProperties>,
    queue: OnceLock<Arc<WorkQueue>>,
    delivered: Arc<AtomicUsize>,
    metrics: ExecutionPlanMetricsSet,
}

impl ScanExec {
    /// A scan that delivers the columns of `schema` for rows that meet the condition.
    pub fn new(
        shared: Shared,
        schema: SchemaRef,
        condition: Option<Arc<dyn PhysicalExpr>>,
        limit: Option<usize>,
        partitions: usize,
    ) -> ScanExec {
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        ScanExec {
            shared,
            schema,
            condition,
            moving: Vec::new(),
            limit,
            properties,
            queue: OnceLock::new(),
            delivered: Arc::new(AtomicUsize::new(0)),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    fn partitions(&self) -> usize {
        self.properties.partitioning.partition_count()
    }
}

impl fmt::Debug for ScanExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScanExec")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

impl DisplayAs for ScanExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        let columns: Vec<&str> = self
            .schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        write!(
            f,
            "ScanExec: inputs={}, columns=[{}]",
            self.shared.inputs.len(),
            columns.join(", ")
        )?;
        if let Some(condition) = &self.condition {
            write!(f, ", condition={condition}")?;
        }
        for expr in &self.moving {
            write!(f, ", and {expr}")?;
        }
        if let Some(limit) = self.limit {
            write!(f, ", limit={limit}")?;
        }
        if !self.shared.range.is_unbounded() {
            write!(
                f,
                ", range={:?}..={:?}",
                self.shared.range.start, self.shared.range.end
            )?;
        }
        Ok(())
    }
}

impl ExecutionPlan for ScanExec {
    fn name(&self) -> &str {
        "ScanExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for expr in self.condition.iter().chain(&self.moving) {
            if f(expr)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn handle_child_pushdown_result(
        &self,
        _: FilterPushdownPhase,
        result: ChildPushdownResult,
        _: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn ExecutionPlan>>> {
        let filters: Vec<Arc<dyn PhysicalExpr>> = result
            .parent_filters
            .into_iter()
            .map(|result| result.filter)
            .collect();
        if filters.is_empty() {
            return Ok(FilterPushdownPropagation::with_parent_pushdown_result(
                Vec::new(),
            ));
        }
        let answer = vec![PushedDown::Yes; filters.len()];
        let mut scan = ScanExec::new(
            self.shared.clone(),
            Arc::clone(&self.schema),
            self.condition.clone(),
            self.limit,
            self.partitions(),
        );
        scan.moving = self.moving.iter().cloned().chain(filters).collect();
        let updated: Arc<dyn ExecutionPlan> = Arc::new(scan);
        Ok(
            FilterPushdownPropagation::with_parent_pushdown_result(answer)
                .with_updated_node(updated),
        )
    }

    fn execute(&self, partition: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let partitions = self.partitions();
        let queue = self
            .queue
            .get_or_init(|| WorkQueue::start(&self.shared, partitions, Handle::current()));
        let (requests, wanted) = rows::requests(&self.schema);
        let worker = Worker {
            queue: Arc::clone(queue),
            shared: self.shared.clone(),
            schema: Arc::clone(&self.schema),
            requests,
            wanted,
            condition: self.condition.clone(),
            moving: self.moving.clone(),
            limit: self.limit,
            delivered: Arc::clone(&self.delivered),
            handle: Handle::current(),
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        let mut stream = RecordBatchReceiverStream::builder(Arc::clone(&self.schema), 2);
        let sender = stream.tx();
        stream.spawn_blocking(move || {
            let queue = Arc::clone(&worker.queue);
            let result = worker.run(|batch| sender.blocking_send(Ok(batch)).is_ok());
            if result.is_err() {
                queue.stop();
            }
            result
        });
        Ok(stream.build())
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// One thread of a scan.
struct Worker {
    queue: Arc<WorkQueue>,
    shared: Shared,
    schema: SchemaRef,
    requests: Vec<Request>,
    wanted: Vec<Wanted>,
    condition: Option<Arc<dyn PhysicalExpr>>,
    moving: Vec<Arc<dyn PhysicalExpr>>,
    limit: Option<usize>,
    delivered: Arc<AtomicUsize>,
    handle: Handle,
    metrics: BaselineMetrics,
}

impl Worker {
    /// Decodes until the work is done or `send` refuses.
    fn run(&self, send: impl Fn(RecordBatch) -> bool) -> Result<()> {
        while let Some(work) = self.queue.next().map_err(|error| error.into_datafusion())? {
            let wanted = match work {
                Work::Block {
                    input,
                    block,
                    decoder,
                } => {
                    let mut columns = Columns::new(&self.requests);
                    decoder.decode(&block.text, self.shared.range, &mut columns);
                    self.count(&columns);
                    let position = rows::first_position(input, block.offset);
                    let batch =
                        rows::batch(&self.schema, &self.wanted, columns, block.text, position)?;
                    self.deliver(batch, &send)?
                }
                Work::Parquet { input, entry } => {
                    let read = parquet_file::read(
                        input,
                        &entry,
                        &self.schema,
                        &self.shared,
                        &self.handle,
                        &mut |batch| self.deliver(batch, &send),
                    );
                    match read {
                        Ok(wanted) => wanted,
                        Err(error) if self.shared.skip_bad => {
                            self.shared.statistics.note_bad_file(error.to_string());
                            true
                        }
                        Err(error) => return Err(error),
                    }
                }
            };
            if !wanted {
                self.queue.stop();
                return Ok(());
            }
        }
        Ok(())
    }

    fn count(&self, columns: &Columns) {
        let statistics = &self.shared.statistics;
        Statistics::add(&statistics.records_scanned, columns.events);
        Statistics::add(&statistics.bytes_scanned, columns.event_bytes);
        Statistics::add(&statistics.malformed, columns.malformed);
        Statistics::add(&statistics.cut, columns.cut);
    }

    /// Applies the condition and the limit and sends what is left; `false` when nobody wants more.
    fn deliver(&self, batch: RecordBatch, send: &impl Fn(RecordBatch) -> bool) -> Result<bool> {
        let mut batch = match &self.condition {
            Some(condition) => filtered(condition, batch)?,
            None => batch,
        };
        let rows = batch.num_rows();
        if rows == 0 {
            return Ok(true);
        }
        if let Some(limit) = self.limit {
            let before = self.delivered.fetch_add(rows, Ordering::Relaxed);
            if before >= limit {
                return Ok(false);
            }
            batch = batch.slice(0, rows.min(limit - before));
        }
        Statistics::add(
            &self.shared.statistics.records_matched,
            batch.num_rows() as u64,
        );
        for expr in &self.moving {
            batch = filtered(expr, batch)?;
        }
        if batch.num_rows() == 0 {
            return Ok(true);
        }
        self.metrics.record_output(batch.num_rows());
        Ok(send(batch))
    }
}

/// The rows that meet the condition. When few remain, their text is copied together, so that a
/// handful of rows does not keep whole blocks in memory.
fn filtered(condition: &Arc<dyn PhysicalExpr>, batch: RecordBatch) -> Result<RecordBatch> {
    let rows = batch.num_rows();
    let keep = condition.evaluate(&batch)?.into_array(rows)?;
    let keep = keep.as_boolean();
    if keep.true_count() == rows {
        return Ok(batch);
    }
    let kept = filter_record_batch(&batch, keep)?;
    if kept.num_rows() * 4 > rows {
        return Ok(kept);
    }
    let columns = kept
        .columns()
        .iter()
        .map(|column| match column.data_type() {
            DataType::Utf8View => Arc::new(column.as_string_view().gc()),
            _ => Arc::clone(column),
        })
        .collect();
    Ok(RecordBatch::try_new_with_options(
        kept.schema(),
        columns,
        &arrow::array::RecordBatchOptions::new().with_row_count(Some(kept.num_rows())),
    )?)
}
