//! The plan node.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::{StreamExt, stream};

use super::table::Table;

/// Rows after which grouping must have paid.
const TRIAL: usize = 100_000;

/// Groups the rows of each partition and hands over partial results.
#[derive(Clone)]
pub struct GroupExec {
    input: Arc<dyn ExecutionPlan>,
    keys: Vec<(Arc<dyn PhysicalExpr>, String)>,
    calls: Vec<Arc<AggregateFunctionExpr>>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl GroupExec {
    /// The node that does what `stage` does.
    pub(super) fn new(stage: &AggregateExec) -> GroupExec {
        GroupExec {
            input: Arc::clone(stage.input()),
            keys: stage.group_expr().expr().to_vec(),
            calls: stage.aggr_expr().to_vec(),
            schema: stage.schema(),
            properties: Arc::clone(stage.properties()),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl fmt::Debug for GroupExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupExec")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

impl DisplayAs for GroupExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        let keys: Vec<String> = self
            .keys
            .iter()
            .map(|(key, name)| format!("{key} as {name}"))
            .collect();
        let calls: Vec<&str> = self.calls.iter().map(|call| call.name()).collect();
        write!(
            f,
            "GroupExec: gby=[{}], aggr=[{}]",
            keys.join(", "),
            calls.join(", ")
        )
    }
}

impl ExecutionPlan for GroupExec {
    fn name(&self) -> &str {
        "GroupExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(input), true) = (children.pop(), children.is_empty()) else {
            return internal_err!("a grouping has one input");
        };
        let node = self.as_ref().clone();
        Ok(Arc::new(GroupExec { input, ..node }))
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let arguments = self.calls.iter().flat_map(|call| call.expressions());
        let keys = self.keys.iter().map(|(key, _)| Arc::clone(key));
        for expr in keys.chain(arguments) {
            if f(&expr)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input_schema = self.input.schema();
        let types = self
            .keys
            .iter()
            .map(|(key, _)| key.data_type(&input_schema))
            .collect::<Result<Vec<_>>>()?;
        let consumer = MemoryConsumer::new(format!("GroupExec[{partition}]")).with_can_spill(true);
        let state = Grouping {
            keys: self.keys.iter().map(|(key, _)| Arc::clone(key)).collect(),
            arguments: self.calls.iter().map(|call| call.expressions()).collect(),
            accumulators: self
                .calls
                .iter()
                .map(|call| call.create_groups_accumulator())
                .collect::<Result<_>>()?,
            table: Table::new(types.into_iter()),
            groups: Vec::new(),
            rows: 0,
            pays: None,
            ready: VecDeque::new(),
            schema: Arc::clone(&self.schema),
            batch_size: context.session_config().batch_size(),
            reservation: consumer.register(context.memory_pool()),
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        let input = self.input.execute(partition, context)?;
        let batches =
            stream::try_unfold((Some(input), state), |(mut input, mut state)| async move {
                let batch = state.next(&mut input).await?;
                Ok(batch.map(|batch| (batch, (input, state))))
            });
        let schema = Arc::clone(&self.schema);
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// The work of one partition.
struct Grouping {
    keys: Vec<Arc<dyn PhysicalExpr>>,
    /// Arguments of each aggregate.
    arguments: Vec<Vec<Arc<dyn PhysicalExpr>>>,
    accumulators: Vec<Box<dyn GroupsAccumulator>>,
    table: Table,
    /// The group of each row of the batch at hand.
    groups: Vec<usize>,
    /// Rows of the groups at hand.
    rows: usize,
    /// Whether there are clearly fewer groups than rows, once that is known.
    pays: Option<bool>,
    /// Partial results to hand over.
    ready: VecDeque<RecordBatch>,
    schema: SchemaRef,
    batch_size: usize,
    reservation: MemoryReservation,
    metrics: BaselineMetrics,
}

impl Grouping {
    /// The next partial results; `None` at the end. The input is let go when it has ended.
    async fn next(
        &mut self,
        input: &mut Option<SendableRecordBatchStream>,
    ) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                self.metrics.record_output(batch.num_rows());
                return Ok(Some(batch));
            }
            let Some(rows) = input else {
                return Ok(None);
            };
            match rows.next().await.transpose()? {
                None => {
                    *input = None;
                    self.hand_over()?;
                }
                Some(batch) if self.pays == Some(false) => {
                    self.ready.push_back(self.singles(&batch)?);
                }
                Some(batch) => self.add(&batch)?,
            }
        }
    }

    /// Adds rows to their groups.
    fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let time = self.metrics.elapsed_compute().clone();
        let _timer = time.timer();
        let keys = columns(&self.keys, batch)?;
        self.table.assign(&keys, &mut self.groups)?;
        let total = self.table.len();
        for (accumulator, arguments) in self.accumulators.iter_mut().zip(&self.arguments) {
            let values = columns(arguments, batch)?;
            accumulator.update_batch(&values, &self.groups, None, total)?;
        }
        self.rows += batch.num_rows();
        if self.pays.is_none() && self.rows >= TRIAL {
            self.pays = Some(total * 5 <= self.rows * 4);
        }
        if self.pays == Some(false) || self.reservation.try_resize(self.size()).is_err() {
            self.hand_over()?;
        }
        Ok(())
    }

    /// Makes all groups ready and begins anew.
    fn hand_over(&mut self) -> Result<()> {
        let groups = self.table.len();
        self.rows = 0;
        if groups == 0 {
            return Ok(());
        }
        let mut columns = self.table.take()?;
        for accumulator in &mut self.accumulators {
            columns.extend(accumulator.state(EmitTo::All)?);
        }
        let all = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        for first in (0..groups).step_by(self.batch_size) {
            let rows = self.batch_size.min(groups - first);
            self.ready.push_back(all.slice(first, rows));
        }
        self.reservation.free();
        Ok(())
    }

    /// Every row as a group of its own.
    fn singles(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let mut all = columns(&self.keys, batch)?;
        for (accumulator, arguments) in self.accumulators.iter().zip(&self.arguments) {
            let values = columns(arguments, batch)?;
            all.extend(accumulator.convert_to_state(&values, None)?);
        }
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), all)?)
    }

    /// Bytes held.
    fn size(&self) -> usize {
        let accumulators = self
            .accumulators
            .iter()
            .map(|accumulator| accumulator.size());
        self.table.size()
            + self.groups.capacity() * size_of::<usize>()
            + accumulators.sum::<usize>()
    }
}

fn columns(exprs: &[Arc<dyn PhysicalExpr>], batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
    exprs
        .iter()
        .map(|expr| expr.evaluate(batch)?.into_array(batch.num_rows()))
        .collect()
}
