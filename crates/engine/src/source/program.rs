//! What a scan computes from decoded columns: its conditions and outputs as one straight program.
//!
//! Conditions run one after the other, and rows that one of them drops are taken out before the
//! next computes anything dear. A function call that occurs more than once, such as the `parse` behind
//! several fields, is computed once. A column is let go after the last step that reads it.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow::compute::{and, filter_record_batch};
use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr, split_conjunction};
use datafusion::physical_plan::projection::ProjectionExpr;

/// Name of the function that takes a struct apart, which costs nothing.
pub(super) const GET_FIELD: &str = "get_field";

/// What a scan is to deliver. All expressions read the decoded columns.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// The columns that are decoded.
    pub decoded: SchemaRef,
    /// The rows that match.
    pub condition: Option<Arc<dyn PhysicalExpr>>,
    /// The matching rows that are worth delivering, which operators above learn while they run,
    /// such as the worst row of a top-N so far.
    pub moving: Vec<Arc<dyn PhysicalExpr>>,
    /// The delivered columns and their schema; the decoded ones when nothing else is wished for.
    pub outputs: Option<(Vec<ProjectionExpr>, SchemaRef)>,
}

impl Wishes {
    /// All expressions.
    pub fn exprs(&self) -> impl Iterator<Item = &Arc<dyn PhysicalExpr>> {
        let outputs = self.outputs.iter().flat_map(|(outputs, _)| outputs);
        self.condition
            .iter()
            .chain(&self.moving)
            .chain(outputs.map(|output| &output.expr))
    }

    /// All expressions.
    pub fn exprs_mut(&mut self) -> impl Iterator<Item = &mut Arc<dyn PhysicalExpr>> {
        let outputs = self.outputs.iter_mut().flat_map(|(outputs, _)| outputs);
        self.condition
            .iter_mut()
            .chain(&mut self.moving)
            .chain(outputs.map(|output| &mut output.expr))
    }

    /// The same wishes with outputs that do not change when other columns are decoded.
    pub fn delivering(&self) -> Wishes {
        let outputs = self.outputs.clone().unwrap_or_else(|| {
            let fields = self.decoded.fields().iter();
            let outputs = identity(&self.decoded).into_iter().zip(fields);
            let outputs = outputs.map(|(expr, field)| ProjectionExpr::new(expr, field.name()));
            (outputs.collect(), Arc::clone(&self.decoded))
        });
        Wishes {
            outputs: Some(outputs),
            ..self.clone()
        }
    }

    /// The same wishes over no more decoded columns than are read.
    pub fn trimmed(mut self) -> Result<Wishes> {
        if self.outputs.is_none() {
            return Ok(self);
        }
        let read = columns_of(self.exprs())?;
        // Positions count the rows that are decoded, so they may skip some, but must stay in order.
        let mut present: Vec<usize> = read.into_iter().collect();
        present.sort_unstable();
        self.decoded = Arc::new(self.decoded.project(&present)?);
        for expr in self.exprs_mut() {
            *expr = renumbered(expr, &present)?;
        }
        Ok(self)
    }
}

/// Steps from decoded columns to delivered ones.
pub struct Program {
    steps: Vec<Step>,
    outputs: Vec<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
}

/// One step; the expressions read the columns that are there at that time.
enum Step {
    /// Adds a column.
    Compute {
        expr: Arc<dyn PhysicalExpr>,
        schema: SchemaRef,
    },
    /// Keeps the rows that meet a condition, and the columns that are read later.
    Keep {
        condition: Arc<dyn PhysicalExpr>,
        rows: Rows,
        columns: Vec<usize>,
    },
}

/// What a condition is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// The rows that match.
    Matching,
    /// The matching rows that are worth delivering.
    Wanted,
}

impl Program {
    /// The program that fulfils the wishes.
    pub fn new(wishes: &Wishes) -> Result<Program> {
        let condition = wishes.condition.as_ref();
        let conditions: Vec<_> = condition.map(split_conjunction).unwrap_or_default();
        let (outputs, schema) = match &wishes.outputs {
            Some((outputs, schema)) => {
                let exprs = outputs.iter().map(|output| Arc::clone(&output.expr));
                (exprs.collect(), schema)
            }
            None => (identity(&wishes.decoded), &wishes.decoded),
        };
        let mut draft = Draft {
            shared: repeated_calls(wishes)?,
            computed: Vec::new(),
            schema: wishes.decoded.as_ref().clone(),
            steps: Vec::new(),
        };
        for condition in conditions {
            let condition = draft.expr(condition)?;
            draft.steps.push(Planned::Keep(condition, Rows::Matching));
        }
        for condition in &wishes.moving {
            let condition = draft.expr(condition)?;
            draft.steps.push(Planned::Keep(condition, Rows::Wanted));
        }
        let outputs = outputs
            .iter()
            .map(|output| draft.expr(output))
            .collect::<Result<Vec<_>>>()?;
        draft.finish(wishes.decoded.fields().len(), outputs, Arc::clone(schema))
    }

    /// Columns of the delivered batches.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Runs the program: how many rows match, and those to deliver, if there are any.
    pub fn run(&self, mut batch: RecordBatch) -> Result<(usize, Option<RecordBatch>)> {
        let mut matched = batch.num_rows();
        if matched == 0 {
            return Ok((0, None));
        }
        // Rows to keep that are still to be taken out of `batch`.
        let mut kept: Option<BooleanArray> = None;
        for step in &self.steps {
            match step {
                Step::Compute { expr, schema } => {
                    let column = expr.evaluate(&batch)?.into_array(batch.num_rows())?;
                    let mut columns = batch.columns().to_vec();
                    columns.push(column);
                    batch = RecordBatch::try_new(Arc::clone(schema), columns)?;
                }
                Step::Keep {
                    condition,
                    rows,
                    columns,
                } => {
                    let before = batch.num_rows();
                    let meets = condition.evaluate(&batch)?.into_array(before)?;
                    let meets = match &kept {
                        Some(kept) => and(kept, meets.as_boolean())?,
                        None => meets.as_boolean().clone(),
                    };
                    let left = meets.true_count();
                    if *rows == Rows::Matching {
                        matched = left;
                    }
                    if left == 0 {
                        return Ok((matched, None));
                    }
                    batch = batch.project(columns)?;
                    // Taking out a few rows costs more than computing them in vain.
                    kept = if left == before {
                        None
                    } else if left * 4 > before * 3 {
                        Some(meets)
                    } else {
                        batch = filter_record_batch(&batch, &meets)?;
                        None
                    };
                }
            }
        }
        if let Some(kept) = &kept {
            batch = filter_record_batch(&batch, kept)?;
        }
        let rows = batch.num_rows();
        let columns = self
            .outputs
            .iter()
            .map(|output| output.evaluate(&batch)?.into_array(rows))
            .collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let schema = Arc::clone(&self.schema);
        let batch = RecordBatch::try_new_with_options(schema, columns, &options)?;
        Ok((matched, Some(batch)))
    }
}

fn identity(schema: &Schema) -> Vec<Arc<dyn PhysicalExpr>> {
    let fields = schema.fields().iter().enumerate();
    fields
        .map(|(index, field)| Arc::new(Column::new(field.name(), index)) as _)
        .collect()
}

/// The function calls that occur more than once, outermost ones only.
fn repeated_calls(wishes: &Wishes) -> Result<HashSet<Arc<dyn PhysicalExpr>>> {
    let mut seen = HashSet::new();
    let mut repeated = HashSet::new();
    for expr in wishes.exprs() {
        expr.apply(|part| {
            if is_dear(part) && !seen.insert(Arc::clone(part)) {
                repeated.insert(Arc::clone(part));
                return Ok(TreeNodeRecursion::Jump);
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
    }
    Ok(repeated)
}

fn is_dear(expr: &Arc<dyn PhysicalExpr>) -> bool {
    expr.downcast_ref::<ScalarFunctionExpr>()
        .is_some_and(|call| call.name() != GET_FIELD && !expr.children().is_empty())
}

/// A step whose columns are numbered as if none were ever dropped.
enum Planned {
    Compute(Arc<dyn PhysicalExpr>),
    Keep(Arc<dyn PhysicalExpr>, Rows),
}

/// A program without regard to the life of columns.
struct Draft {
    shared: HashSet<Arc<dyn PhysicalExpr>>,
    /// Shared calls that have a column, with its number.
    computed: Vec<(Arc<dyn PhysicalExpr>, usize)>,
    /// Decoded columns, then computed ones.
    schema: Schema,
    steps: Vec<Planned>,
}

impl Draft {
    /// The expression with shared calls replaced by columns, which are computed when they are new.
    fn expr(&mut self, expr: &Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        if let Some((_, index)) = self.computed.iter().find(|(known, _)| known == expr) {
            let name = self.schema.field(*index).name();
            return Ok(Arc::new(Column::new(name, *index)));
        }
        let children = expr
            .children()
            .into_iter()
            .map(|child| self.expr(child))
            .collect::<Result<Vec<_>>>()?;
        let inner = if children.is_empty() {
            Arc::clone(expr)
        } else {
            Arc::clone(expr).with_new_children(children)?
        };
        if !is_dear(expr) || !self.shared.contains(expr) {
            return Ok(inner);
        }
        let index = self.schema.fields().len();
        let name = format!("#shared{index}");
        let field = Field::new(&name, inner.data_type(&self.schema)?, true);
        let fields = self.schema.fields().iter().cloned();
        self.schema = Schema::new(fields.chain([Arc::new(field)]).collect::<Vec<_>>());
        self.steps.push(Planned::Compute(inner));
        self.computed.push((Arc::clone(expr), index));
        Ok(Arc::new(Column::new(&name, index)))
    }

    /// Drops every column after its last use and numbers the rest accordingly.
    fn finish(
        self,
        decoded: usize,
        outputs: Vec<Arc<dyn PhysicalExpr>>,
        schema: SchemaRef,
    ) -> Result<Program> {
        let mut present: Vec<usize> = (0..decoded).collect();
        let mut next = decoded;
        let mut steps = Vec::with_capacity(self.steps.len());
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Planned::Compute(expr) => {
                    let expr = renumbered(expr, &present)?;
                    present.push(next);
                    next += 1;
                    let schema = Arc::new(self.schema.project(&present)?);
                    steps.push(Step::Compute { expr, schema });
                }
                Planned::Keep(condition, rows) => {
                    let condition = renumbered(condition, &present)?;
                    let later = self.steps[at + 1..].iter().map(|step| match step {
                        Planned::Compute(expr) | Planned::Keep(expr, _) => expr,
                    });
                    let read = columns_of(later.chain(&outputs))?;
                    let columns: Vec<usize> = (0..present.len())
                        .filter(|&index| read.contains(&present[index]))
                        .collect();
                    present.retain(|column| read.contains(column));
                    steps.push(Step::Keep {
                        condition,
                        rows: *rows,
                        columns,
                    });
                }
            }
        }
        let outputs = outputs
            .iter()
            .map(|output| renumbered(output, &present))
            .collect::<Result<_>>()?;
        Ok(Program {
            steps,
            outputs,
            schema,
        })
    }
}

pub(super) fn columns_of<'a>(
    exprs: impl Iterator<Item = &'a Arc<dyn PhysicalExpr>>,
) -> Result<HashSet<usize>> {
    let mut columns = HashSet::new();
    for expr in exprs {
        expr.apply(|part| {
            if let Some(column) = part.downcast_ref::<Column>() {
                columns.insert(column.index());
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
    }
    Ok(columns)
}

/// The expression over a batch that has only the columns `present`.
pub(super) fn renumbered(
    expr: &Arc<dyn PhysicalExpr>,
    present: &[usize],
) -> Result<Arc<dyn PhysicalExpr>> {
    let renumber = |part: Arc<dyn PhysicalExpr>| {
        let Some(column) = part.downcast_ref::<Column>() else {
            return Ok(Transformed::no(part));
        };
        let Some(index) = present.iter().position(|&own| own == column.index()) else {
            return datafusion::common::internal_err!("a column was dropped before its last use");
        };
        let column = Column::new(column.name(), index);
        Ok(Transformed::yes(Arc::new(column) as Arc<dyn PhysicalExpr>))
    };
    Ok(Arc::clone(expr).transform(renumber)?.data)
}
