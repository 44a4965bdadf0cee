//! The scan: a physical plan node that decodes blocks on all cores.
//!
//! Conditions and outputs that the optimiser pushed down are evaluated here, batch by batch, so that
//! rows that do not match never leave the thread that decoded them; a pushed-down limit ends the
//! reading.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, AsArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::equivalence::ProjectionMapping;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::filter_pushdown::{
    ChildPushdownResult, FilterPushdownPhase, FilterPushdownPropagation, PushedDown,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::projection::{ProjectionExec, update_expr};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};
use flowgauge_event::TimeRange;
use flowgauge_format::Decoder;
use flowgauge_format::columns::Columns;
use futures::stream;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, channel};

use super::blocks::Block;
use super::location::Entry;
use super::parquet_file;
use super::program::Wishes;
use super::rows;
use super::stage::{Stage, Stages};
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
    stages: Stages,
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
        let stages = Stages::new(&wishes)?;
        let properties = Arc::new(PlanProperties::new(
            equivalences(&wishes)?,
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Ok(ScanExec {
            shared,
            wishes,
            stages,
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
        let worker = Worker {
            queue: Arc::clone(queue),
            shared: self.shared.clone(),
            stages: self.stages.clone(),
            limit: self.limit,
            delivered: Arc::clone(&self.delivered),
            handle: Handle::current(),
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        let part = Part {
            worker: Arc::new(worker),
            parquet: None,
            ended: false,
        };
        let batches = stream::try_unfold(part, |mut part| async move {
            let batch = part.next().await?;
            Ok(batch.map(|batch| (batch, part)))
        });
        let schema = Arc::clone(self.stages.full.program.schema());
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// One partition of a scan. Text is decoded by the thread that asks for batches, while it is in that
/// core's cache; a Parquet file is read by a thread of its own, since it may wait for an object store.
struct Part {
    worker: Arc<Worker>,
    /// The Parquet file at hand.
    parquet: Option<ParquetBatches>,
    ended: bool,
}

/// Batches of a Parquet file, and the thread that reads them: whether more is wanted after it.
struct ParquetBatches {
    batches: Receiver<RecordBatch>,
    reader: SpawnedTask<Result<bool>>,
}

impl Part {
    /// The next batch that has rows.
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        let next = self.search().await;
        if !matches!(next, Ok(Some(_))) {
            self.ended = true;
        }
        if next.is_err() {
            self.worker.queue.stop();
        }
        next
    }

    async fn search(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(parquet) = &mut self.parquet {
                if let Some(batch) = parquet.batches.recv().await {
                    return Ok(Some(batch));
                }
                let wanted = match self.parquet.take() {
                    Some(parquet) => joined(parquet.reader.join_unwind().await)??,
                    None => true,
                };
                if !wanted {
                    self.worker.queue.stop();
                    return Ok(None);
                }
            }
            // Decoding never waits. Without this the task of another partition, woken by this thread,
            // would stay in a slot from which no other thread can take it, and one core would idle.
            tokio::task::yield_now().await;
            let work = self.worker.queue.next().await;
            let batch = match work.map_err(|error| error.into_datafusion())? {
                None => return Ok(None),
                Some(Work::Parquet { input, entry }) => {
                    self.parquet = Some(self.worker.read_parquet(input, entry));
                    continue;
                }
                Some(Work::Block {
                    input,
                    block,
                    decoder,
                }) => self.worker.decode(input, block, decoder.as_ref())?,
            };
            match batch {
                Delivery::Rows(batch) => return Ok(Some(batch)),
                Delivery::Nothing => {}
                Delivery::Enough => {
                    self.worker.queue.stop();
                    return Ok(None);
                }
            }
        }
    }
}

impl Drop for Part {
    /// A partition that nobody asks to its end says that the whole query has enough.
    fn drop(&mut self) {
        if !self.ended {
            self.worker.queue.stop();
        }
    }
}

/// What a reading thread returned; a thread that was cancelled returned nothing.
fn joined<T>(result: std::result::Result<T, tokio::task::JoinError>) -> Result<T> {
    result.map_err(|error| DataFusionError::External(Box::new(error)))
}

/// What came of decoded rows.
enum Delivery {
    /// Rows to deliver.
    Rows(RecordBatch),
    /// No row matched.
    Nothing,
    /// The limit was reached before.
    Enough,
}

/// What the partitions of a scan do alike.
struct Worker {
    queue: Arc<WorkQueue>,
    shared: Shared,
    stages: Stages,
    limit: Option<usize>,
    delivered: Arc<AtomicUsize>,
    handle: Handle,
    metrics: BaselineMetrics,
}

impl Worker {
    fn decode(&self, input: usize, block: Block, decoder: &dyn Decoder) -> Result<Delivery> {
        let stage = self.stages.of(decoder);
        let mut columns = Columns::of_matching(&stage.requests, &stage.conditions);
        decoder.decode(block.events(), self.shared.range, &mut columns);
        self.count(&columns);
        let decoded = columns.events as usize;
        let position = rows::first_position(input, block.offset);
        let text = (block.text, block.begin);
        let batch = rows::batch(&stage.decoded, &stage.wanted, columns, text, position)?;
        self.deliver(stage, batch, decoded)
    }

    /// Starts to read a Parquet file.
    fn read_parquet(self: &Arc<Self>, input: usize, entry: Entry) -> ParquetBatches {
        let (sender, batches) = channel(2);
        let worker = Arc::clone(self);
        let reader = SpawnedTask::spawn_blocking(move || {
            let read = parquet_file::read(
                input,
                &entry,
                &worker.stages.full.decoded,
                &worker.shared,
                &worker.handle,
                &mut |batch| {
                    let decoded = batch.num_rows();
                    Ok(match worker.deliver(&worker.stages.full, batch, decoded)? {
                        Delivery::Rows(batch) => sender.blocking_send(batch).is_ok(),
                        Delivery::Nothing => true,
                        Delivery::Enough => false,
                    })
                },
            );
            match read {
                Err(error) if worker.shared.skip_bad => match input_error(&error) {
                    Some(bad) => {
                        let statistics = &worker.shared.statistics;
                        statistics.note_bad_file(bad);
                        Ok(true)
                    }
                    None => Err(error),
                },
                read => read,
            }
        });
        ParquetBatches { batches, reader }
    }

    fn count(&self, columns: &Columns) {
        let statistics = &self.shared.statistics;
        Statistics::add(&statistics.records_scanned, columns.events);
        Statistics::add(&statistics.bytes_scanned, columns.event_bytes);
        Statistics::add(&statistics.timeless, columns.timeless);
        Statistics::add(&statistics.malformed, columns.malformed);
        Statistics::add(&statistics.cut, columns.cut);
    }

    /// Runs the program on decoded rows, which came of so many events, and applies the limit.
    fn deliver(&self, stage: &Stage, batch: RecordBatch, events: usize) -> Result<Delivery> {
        let (mut matched, batch) = stage.program.run(batch)?;
        let mut batch = batch.map(|batch| compact(batch, events)).transpose()?;
        if let (Some(limit), Some(batch)) = (self.limit, &mut batch) {
            // No filter moves where there is a limit, so all that matched are here.
            let before = self.delivered.fetch_add(matched, Ordering::Relaxed);
            if before >= limit {
                return Ok(Delivery::Enough);
            }
            matched = matched.min(limit - before);
            *batch = batch.slice(0, matched);
        }
        Statistics::add(&self.shared.statistics.records_matched, matched as u64);
        let Some(batch) = batch else {
            return Ok(Delivery::Nothing);
        };
        self.metrics.record_output(batch.num_rows());
        Ok(Delivery::Rows(batch))
    }
}

/// When few rows remain of the events of a block, copies their text together, so that a handful of rows
/// does not keep whole blocks in memory.
fn compact(batch: RecordBatch, events: usize) -> Result<RecordBatch> {
    if batch.num_rows() * 4 > events {
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
