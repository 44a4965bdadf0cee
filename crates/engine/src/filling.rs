//! Feeding `fillmissing` in small portions.
//!
//! Every row brings the empty bins around it, which may be tens of thousands, and DataFusion makes
//! rows of all the lists of a batch at once. So batches are cut before the lists are made, where
//! the rows of a portion would become more than a batch or two.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DataFusionError, Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::{StreamExt, TryStreamExt, stream};

use crate::function::Args;
use crate::kernels::fill_bins::{self, FILL_BINS};

/// Rows that a portion may become, unless it is a single row.
const ROWS: u64 = 16_384;

/// Puts a [`PortionExec`] below every projection that makes lists of bins.
pub fn install(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let replaced = plan.transform_up(|node| {
        let Some(projection) = node.downcast_ref::<ProjectionExec>() else {
            return Ok(Transformed::no(node));
        };
        let Some(lists) = lists_of_bins(projection)? else {
            return Ok(Transformed::no(node));
        };
        let portions: Arc<dyn ExecutionPlan> = Arc::new(PortionExec {
            input: Arc::clone(projection.input()),
            lists,
        });
        let projection = ProjectionExec::try_new(projection.expr().to_vec(), portions)?;
        Ok(Transformed::yes(Arc::new(projection) as _))
    })?;
    Ok(replaced.data)
}

/// The arguments of the call that makes lists of bins.
fn lists_of_bins(projection: &ProjectionExec) -> Result<Option<Vec<Arc<dyn PhysicalExpr>>>> {
    let mut found = None;
    for output in projection.expr() {
        output.expr.apply(|part| {
            if let Some(call) = part.downcast_ref::<ScalarFunctionExpr>()
                && call.name() == FILL_BINS.name
            {
                found = Some(call.args().to_vec());
                return Ok(TreeNodeRecursion::Stop);
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
    }
    Ok(found)
}

/// Cuts batches into portions.
#[derive(Clone)]
struct PortionExec {
    input: Arc<dyn ExecutionPlan>,
    /// The arguments of [`FILL_BINS`].
    lists: Vec<Arc<dyn PhysicalExpr>>,
}

impl fmt::Debug for PortionExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PortionExec")
    }
}

impl DisplayAs for PortionExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("PortionExec")
    }
}

impl ExecutionPlan for PortionExec {
    fn name(&self) -> &str {
        "PortionExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(input), true) = (children.pop(), children.is_empty()) else {
            return internal_err!("portions are cut of one input");
        };
        let lists = self.lists.clone();
        Ok(Arc::new(PortionExec { input, lists }))
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for expr in &self.lists {
            if f(expr)? == TreeNodeRecursion::Stop {
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
        let schema: SchemaRef = self.input.schema();
        let input = self.input.execute(partition, context)?;
        let lists = self.lists.clone();
        let portions = input
            .map(move |batch| {
                let portions = portions(&batch?, &lists)?;
                Ok::<_, DataFusionError>(stream::iter(portions.into_iter().map(Ok)))
            })
            .try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, portions)))
    }
}

/// The batch in portions, each as large as may be.
fn portions(batch: &RecordBatch, lists: &[Arc<dyn PhysicalExpr>]) -> Result<Vec<RecordBatch>> {
    let values = lists.iter().map(|argument| argument.evaluate(batch));
    let sizes = fill_bins::sizes(&Args {
        values: &values.collect::<Result<Vec<_>>>()?,
        rows: batch.num_rows(),
    })?;
    let mut portions = Vec::new();
    let (mut begin, mut rows) = (0, 0u64);
    for (row, size) in sizes.into_iter().enumerate() {
        rows = rows.saturating_add(size);
        if rows > ROWS && row > begin {
            portions.push(batch.slice(begin, row - begin));
            (begin, rows) = (row, size);
        }
    }
    portions.push(batch.slice(begin, batch.num_rows() - begin));
    Ok(portions)
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, TimestampMillisecondArray};
    use datafusion::common::ScalarValue;
    use datafusion::physical_expr::expressions::{Column, Literal};

    use super::*;

    fn constant(value: ScalarValue) -> Arc<dyn PhysicalExpr> {
        Arc::new(Literal::new(value))
    }

    /// Portions of rows at these bins, a second each, where each row is the first of its combination
    /// and has no other after it; the bins go from 0 to `last`.
    fn cut(bins: &[Option<i64>], last: i64) -> Vec<usize> {
        let times = |values: Vec<Option<i64>>| {
            Arc::new(TimestampMillisecondArray::from(values)) as ArrayRef
        };
        let second = |bin: &Option<i64>| bin.map(|bin| bin * 1000);
        let batch = RecordBatch::try_from_iter_with_nullable([
            ("bin", times(bins.iter().map(second).collect()), true),
            ("none", times(vec![None; bins.len()]), true),
        ]);
        let column = |name, index| Arc::new(Column::new(name, index)) as Arc<dyn PhysicalExpr>;
        let time = |millis| constant(ScalarValue::TimestampMillisecond(Some(millis), None));
        let lists = [
            column("bin", 0),
            column("none", 1),
            column("none", 1),
            time(0),
            time(last * 1000),
            constant(ScalarValue::Utf8View(Some("1s".to_owned()))),
            constant(ScalarValue::from(0i64)),
            constant(ScalarValue::from(100_000i64)),
        ];
        let portions = portions(&batch.expect("a batch"), &lists).expect("portions");
        portions.iter().map(RecordBatch::num_rows).collect()
    }

    #[test]
    fn portions_are_as_large_as_may_be() {
        assert_eq!(cut(&[Some(3); 5], 9), [5], "little to fill");
        assert_eq!(cut(&[Some(3); 5], 7_999), [2, 2, 1], "two make 16,000 rows");
        assert_eq!(cut(&[Some(3); 3], 79_999), [1, 1, 1], "each makes many");
        assert_eq!(cut(&[None, None, Some(3)], 79_999), [2, 1]);
        assert_eq!(cut(&[], 9), [0]);
    }
}
