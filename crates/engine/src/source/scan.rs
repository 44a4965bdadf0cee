//! The scan: a physical plan node that decodes blocks on all cores.
//!
//! Conditions and outputs that the optimiser pushed down are evaluated here, batch by batch, so that
//! rows that do not match never leave the thread that decoded them; a pushed-down limit ends the
//! reading.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, AsArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::equivalence::ProjectionMapping;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::filter_pushdown::{
    ChildPushdownResult, FilterPushdownPhase, FilterPushdownPropagation, PushedDown,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::projection::{ProjectionExec, update_expr};
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};
use flowgauge_event::TimeRange;
use flowgauge_format::Request;
use flowgauge_format::columns::Columns;
use tokio::runtime::Handle;

use super::location::Entry;
use super::parquet_file;
use super::program::{Program, Wishes};
use super::rows::{self, Wanted};
use super::work::{Work, WorkQueue};
use crate::error::input_error;
use crate::statistics::Statistics;

/// What all threads of a scan share.
#[derive(Clone)]
pub struct Shared {
    /// The inputs, in order.
    pub inputs: Arc<Vec<Entry>>,
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
    wishes: Wishes,
    program: Arc<Program>,
    limit: Option<usize>,
    properties: Arc<PlanProperties>,
    queue: OnceLock<Arc<WorkQueue>>,
    delivered: Arc<AtomicUsize>,
    metrics: ExecutionPlanMetricsSet,
}

impl ScanExec {
    /// A scan that delivers what is wished for.
    pub fn new(
        shared: Shared,
        wishes: Wishes,
        limit: Option<usize>,
        partitions: usize,
    ) -> Result<ScanExec> {
        let program = Program::new(&wishes)?;
        let properties = Arc::new(PlanProperties::new(
            equivalences(&wishes)?,
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Ok(ScanExec {
            shared,
            wishes,
            program: Arc::new(program),
            limit,
            properties,
            queue: OnceLock::new(),
            delivered: Arc::new(AtomicUsize::new(0)),
            metrics: ExecutionPlanMetricsSet::new(),
        })
    }

    /// The same scan with other wishes.
    fn wishing(&self, wishes: Wishes) -> Result<Arc<dyn ExecutionPlan>> {
        let scan = ScanExec::new(self.shared.clone(), wishes, self.limit, self.partitions())?;
        Ok(Arc::new(scan))
    }

    fn partitions(&self) -> usize {
        self.properties.partitioning.partition_count()
    }
}

/// What is known about the delivered columns: some may be the same column under two names.
fn equivalences(wishes: &Wishes) -> Result<EquivalenceProperties> {
    let decoded = EquivalenceProperties::new(Arc::clone(&wishes.decoded));
    let Some((outputs, schema)) = &wishes.outputs else {
        return Ok(decoded);
    };
    let outputs = outputs
        .iter()
        .map(|output| (Arc::clone(&output.expr), output.alias.clone()));
    let mapping = ProjectionMapping::try_new(outputs, &wishes.decoded)?;
    Ok(decoded.project(&mapping, Arc::clone(schema)))
}

impl fmt::Debug for ScanExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScanExec")
            .field("wishes", &self.wishes)
            .finish_non_exhaustive()
    }
}

impl DisplayAs for ScanExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        let columns: Vec<&str> = self
            .wishes
            .decoded
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
        if let Some(condition) = &self.wishes.condition {
            write!(f, ", condition={condition}")?;
        }
        for expr in &self.wishes.moving {
            write!(f, ", and {expr}")?;
        }
        if let Some((outputs, _)) = &self.wishes.outputs {
            let outputs: Vec<String> = outputs
                .iter()
                .map(|output| format!("{} as {}", output.expr, output.alias))
                .collect();
            write!(f, ", outputs=[{}]", outputs.join(", "))?;
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
        for expr in self.wishes.exprs() {
            if f(expr)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn try_swapping_with_projection(
        &self,
        projection: &ProjectionExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        if self.wishes.outputs.is_some() {
            return Ok(None);
        }
        let mut wishes = self.wishes.clone();
        wishes.outputs = Some((projection.expr().to_vec(), projection.schema()));
        self.wishing(wishes).map(Some)
    }

    fn handle_child_pushdown_result(
        &self,
        _: FilterPushdownPhase,
        result: ChildPushdownResult,
        _: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn ExecutionPlan>>> {
        let mut wishes = self.wishes.clone();
        let mut answer = Vec::with_capacity(result.parent_filters.len());
        for filter in result.parent_filters {
            // The filter reads what the scan delivers; the program reads what it decodes.
            let filter = match &wishes.outputs {
                Some((outputs, _)) => update_expr(&filter.filter, outputs, true)?,
                None => Some(filter.filter),
            };
            // A limit counts rows before the filter.
            match filter.filter(|_| self.limit.is_none()) {
                Some(filter) => {
                    wishes.moving.push(filter);
                    answer.push(PushedDown::Yes);
                }
                None => answer.push(PushedDown::No),
            }
        }
        let changed = answer
            .iter()
            .any(|answer| matches!(answer, PushedDown::Yes));
        let propagation = FilterPushdownPropagation::with_parent_pushdown_result(answer);
        if !changed {
            return Ok(propagation);
        }
        Ok(propagation.with_updated_node(self.wishing(wishes)?))
    }

    fn execute(&self, partition: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let partitions = self.partitions();
        let queue = self
            .queue
            .get_or_init(|| WorkQueue::start(&self.shared, partitions, Handle::current()));
        let (requests, wanted) = rows::requests(&self.wishes.decoded);
        let worker = Worker {
            queue: Arc::clone(queue),
            shared: self.shared.clone(),
            decoded: Arc::clone(&self.wishes.decoded),
            requests,
            wanted,
            program: Arc::clone(&self.program),
            limit: self.limit,
            delivered: Arc::clone(&self.delivered),
            handle: Handle::current(),
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        let mut stream = RecordBatchReceiverStream::builder(Arc::clone(self.program.schema()), 2);
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
    /// The columns that are decoded.
    decoded: SchemaRef,
    requests: Vec<Request>,
    wanted: Vec<Wanted>,
    program: Arc<Program>,
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
                        rows::batch(&self.decoded, &self.wanted, columns, block.text, position)?;
                    self.deliver(batch, &send)?
                }
                Work::Parquet { input, entry } => {
                    let read = parquet_file::read(
                        input,
                        &entry,
                        &self.decoded,
                        &self.shared,
                        &self.handle,
                        &mut |batch| self.deliver(batch, &send),
                    );
                    match read {
                        Ok(wanted) => wanted,
                        Err(error) => match input_error(&error) {
                            Some(bad) if self.shared.skip_bad => {
                                self.shared.statistics.note_bad_file(bad.to_string());
                                true
                            }
                            _ => return Err(error),
                        },
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

    /// Runs the program, applies the limit and sends what is left; `false` when nobody wants more.
    fn deliver(&self, batch: RecordBatch, send: &impl Fn(RecordBatch) -> bool) -> Result<bool> {
        let decoded = batch.num_rows();
        let (mut matched, batch) = self.program.run(batch)?;
        let mut batch = batch.map(|batch| compact(batch, decoded)).transpose()?;
        if let (Some(limit), Some(batch)) = (self.limit, &mut batch) {
            // No filter moves where there is a limit, so all that matched are here.
            let before = self.delivered.fetch_add(matched, Ordering::Relaxed);
            if before >= limit {
                return Ok(false);
            }
            matched = matched.min(limit - before);
            *batch = batch.slice(0, matched);
        }
        Statistics::add(&self.shared.statistics.records_matched, matched as u64);
        let Some(batch) = batch else {
            return Ok(true);
        };
        self.metrics.record_output(batch.num_rows());
        Ok(send(batch))
    }
}

/// When few of the decoded rows remain, copies their text together, so that a handful of rows
/// does not keep whole blocks in memory.
fn compact(batch: RecordBatch, decoded: usize) -> Result<RecordBatch> {
    if batch.num_rows() * 4 > decoded {
        return Ok(batch);
    }
    let columns = batch
        .columns()
        .iter()
        .map(|column| match column.data_type() {
            DataType::Utf8View => Arc::new(column.as_string_view().gc()),
            _ => Arc::clone(column),
        })
        .collect();
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let schema = batch.schema();
    Ok(RecordBatch::try_new_with_options(
        schema, columns, &options,
    )?)
}
