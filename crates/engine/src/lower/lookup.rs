//! `lookup` and `cidrlookup`: a table in memory, joined by text or by the number of the row whose
//! range holds an address (spec 5.15).

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::Result;
use datafusion::logical_expr::Expr as Df;
use flowgauge_ql::pipeline::{Expr, Lookup, LookupMatch, LookupOutput};

use super::expr::call;
use super::inner::Rows;
use super::subquery::constant_list;
use super::{Lowering, named};
use crate::kernels::range_row;
use crate::lookup_table::LookupTable;

impl Lowering {
    pub(super) async fn lookup(&mut self, step: &Lookup) -> Result<()> {
        let table = self.query.catalog.lookup_table(&step.table).await?;
        let names: Vec<String> = step
            .outputs
            .iter()
            .map(|_| self.internal_name("found"))
            .collect();
        let outputs: Vec<(&str, String)> = step
            .outputs
            .iter()
            .zip(&names)
            .map(|(output, name)| (output.column.as_str(), name.clone()))
            .collect();
        match &step.matches {
            LookupMatch::Equal(matches) => self.equal_rows(&table, matches, &outputs)?,
            LookupMatch::Range {
                column,
                named,
                value,
            } => {
                let ranges = range_row::ranges(table.range_column(column, *named)?);
                self.range_rows(&table, ranges, value, &outputs)?;
            }
        }
        let mut added = Vec::new();
        for (output, name) in step.outputs.iter().zip(names) {
            added.push((output.name.clone(), self.looked_up(output, named(&name))?));
        }
        self.add_columns(added)
    }

    fn equal_rows(
        &mut self,
        table: &LookupTable,
        matches: &[(String, Expr)],
        outputs: &[(&str, String)],
    ) -> Result<()> {
        let mut keys = Vec::new();
        let mut values = Vec::new();
        for (column, value) in matches {
            keys.push((column.as_str(), self.internal_name("key")));
            let value = self.expr(value)?;
            let text = match self.type_of(&value)? {
                DataType::Utf8View => value,
                _ => call("_text", vec![value])?,
            };
            values.push(self.add_internal("value", text)?);
        }
        let batch = table.first_rows(&keys, outputs)?;
        let keys = keys.into_iter().map(|(_, name)| name).collect();
        self.join_rows(Rows::from(batch), keys, values, true)
    }

    fn range_rows(
        &mut self,
        table: &LookupTable,
        ranges: ArrayRef,
        address: &Expr,
        outputs: &[(&str, String)],
    ) -> Result<()> {
        let row = self.internal_name("row");
        let batch = with_numbers(&table.batch(outputs)?, &row)?;
        let address = self.expr(address)?;
        let found = call("_range_row", vec![address, constant_list(ranges)])?;
        let found = self.add_internal("value", found)?;
        self.join_rows(Rows::from(batch), vec![row], vec![found], true)
    }

    /// The value of an output column, for what the table gave.
    fn looked_up(&self, output: &LookupOutput, found: Df) -> Result<Df> {
        let Some(existing) = &output.existing else {
            return Ok(found);
        };
        let existing = self.expr(existing)?;
        let text = call("_printed", vec![existing.clone()])?;
        let lacking = text.clone().is_null().or(text.eq(super::expr::text("")));
        let new = call("coalesce", vec![found, existing.clone()])?;
        call("if", vec![lacking, new, existing])
    }
}

impl From<RecordBatch> for Rows {
    fn from(batch: RecordBatch) -> Rows {
        Rows {
            schema: batch.schema(),
            batches: vec![batch],
        }
    }
}

/// The rows with their numbers, from 0, in a first column of this name.
fn with_numbers(batch: &RecordBatch, name: &str) -> Result<RecordBatch> {
    let mut fields = vec![Arc::new(Field::new(name, DataType::Int64, true))];
    fields.extend(batch.schema().fields().iter().cloned());
    let rows = batch.num_rows() as i64;
    let mut columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from_iter_values(0..rows))];
    columns.extend(batch.columns().iter().cloned());
    Ok(RecordBatch::try_new(
        Arc::new(Schema::new(fields)),
        columns,
    )?)
}
