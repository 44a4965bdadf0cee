//! `appendcols`: rows of another query beside these, by position (spec 5.19).

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::Result;
use datafusion::logical_expr::{LogicalPlanBuilder, lit};
use flowgauge_ql::pipeline::AppendCols;

use super::expr::call;
use super::inner::Rows;
use super::order::ordering;
use super::{Lowering, named};

impl Lowering {
    pub(super) async fn appendcols(&mut self, step: &AppendCols) -> Result<()> {
        let mut inner = self.inner(&step.query).await?;
        inner.apply_order(Some(step.max))?;
        let mut columns = Vec::new();
        let mut names = Vec::new();
        for column in &step.columns {
            let name = self.internal_name("col");
            let value = inner.expr(&step.query.output[column.index].expr)?;
            columns.push(value.alias(&name));
            names.push(name);
        }
        // A plan without columns would have no rows either.
        columns.push(lit(true).alias(self.internal_name("row")));
        let plan = LogicalPlanBuilder::new(inner.plan)
            .project(columns)?
            .build()?;
        let rows = self
            .rows_of(&plan, "the query of `appendcols`", |_| Ok(()))
            .await?;
        let number = self.internal_name("number");
        let rows = numbered(rows, &number)?;
        let order = std::mem::take(&mut self.order);
        let place = match order.is_empty() {
            // A single aggregated row.
            true => self.add_internal("place", lit(1u64))?,
            false => self.number_rows(order)?,
        };
        self.join_rows(rows, vec![number.clone()], vec![place.clone()], true)?;
        let mut added = Vec::new();
        for (column, name) in step.columns.iter().zip(names) {
            let value = match &column.replaced {
                None => named(&name),
                Some(replaced) => {
                    let there = named(&number).is_not_null();
                    call("if", vec![there, named(&name), self.expr(replaced)?])?
                }
            };
            added.push((column.name.clone(), value));
        }
        self.add_columns(added)?;
        self.order = vec![ordering(place, false)];
        Ok(())
    }
}

/// The rows with their numbers, from 1, in a column of this name.
fn numbered(rows: Rows, name: &str) -> Result<Rows> {
    let mut fields: Vec<Arc<Field>> = rows.schema.fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new(name, DataType::UInt64, true)));
    let schema = Arc::new(Schema::new(fields));
    let mut next = 1;
    let mut batches = Vec::new();
    for batch in rows.batches {
        let count = batch.num_rows() as u64;
        let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
        columns.push(Arc::new(UInt64Array::from_iter_values(next..next + count)));
        next += count;
        batches.push(RecordBatch::try_new(Arc::clone(&schema), columns)?);
    }
    Ok(Rows { schema, batches })
}
