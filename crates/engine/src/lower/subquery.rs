//! `in (query)`: the query runs first, its distinct values become a constant (spec 5.17).

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, AsArray, ListArray, StringViewBuilder};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::Field;
use datafusion::common::{Result, ScalarValue, exec_err, internal_err};
use datafusion::logical_expr::{Expr as Df, LogicalPlanBuilder};
use flowgauge_ql::Pipeline;
use flowgauge_ql::pipeline::Expr;
use tokio::time::timeout;

use super::expr::call;
use super::{Lowering, named};

/// Column of the values.
const VALUE: &str = "#value";

impl Lowering {
    /// Runs the subqueries of a condition.
    pub(super) async fn run_subqueries(&mut self, condition: &Expr) -> Result<()> {
        let mut found = Vec::new();
        condition.walk(&mut |part| {
            if let Expr::InQuery { query, .. } = part {
                found.push((place(query), query.as_ref().clone()));
            }
        });
        for (place, query) in found {
            let list = self.values(&query).await?;
            self.lists.insert(place, list);
        }
        Ok(())
    }

    /// The distinct values of a subquery as a constant list of keys.
    async fn values(&mut self, query: &Pipeline) -> Result<Df> {
        let most = usize::try_from(self.context.limits.subquery_values).unwrap_or(usize::MAX);
        let millis = self.context.limits.subquery_millis;
        let mut inner = self.inner(query).await?;
        if inner.packed.is_some() {
            inner.apply_order(None)?;
        }
        let Some(column) = query.output.first() else {
            return internal_err!("a subquery without a column");
        };
        let value = call("_key", vec![inner.expr(&column.expr)?])?.alias(VALUE);
        let plan = LogicalPlanBuilder::new(inner.plan)
            .project([value])?
            .filter(named(VALUE).is_not_null())?
            .distinct()?
            .build()?;
        let mut count = 0;
        let run = self.rows_of(&plan, "the subquery", |batch| {
            count += batch.num_rows();
            if count > most {
                return exec_err!(
                    "a subquery may give at most {most} different values; filter it further, or \
                     raise the limit `subquery-values`"
                );
            }
            Ok(())
        });
        let Ok(rows) = timeout(Duration::from_millis(millis), run).await else {
            return exec_err!(
                "a subquery may run for {}, and this one did not finish; filter it further, or \
                 raise the limit `subquery-millis`",
                seconds(millis)
            );
        };
        let mut values = StringViewBuilder::new();
        for batch in rows?.batches {
            for value in batch.column(0).as_string_view().iter().flatten() {
                values.append_value(value);
            }
        }
        Ok(constant_list(Arc::new(values.finish())))
    }

    pub(super) fn in_subquery(&self, value: &Expr, query: &Pipeline, negated: bool) -> Result<Df> {
        let Some(list) = self.lists.get(&place(query)) else {
            return internal_err!("a subquery outside a filter did not run");
        };
        let value = self.expr(value)?;
        let found = call("_in_keys", vec![value.clone(), list.clone()])?;
        if !negated {
            return Ok(found);
        }
        // A missing value is neither in the list nor not in it.
        Ok(self.has_text(value)?.and(Df::Not(Box::new(found))))
    }
}

/// Where a pipeline lies; it does not move while its query is lowered.
fn place(query: &Pipeline) -> usize {
    std::ptr::from_ref(query).addr()
}

fn seconds(millis: u64) -> String {
    match millis % 1000 {
        0 => format!("{} s", millis / 1000),
        _ => format!("{millis} ms"),
    }
}

/// A list as a constant.
pub(super) fn constant_list(values: ArrayRef) -> Df {
    let field = Arc::new(Field::new("item", values.data_type().clone(), true));
    let offsets = OffsetBuffer::from_lengths([values.len()]);
    let list = ListArray::new(field, offsets, values, None);
    Df::Literal(ScalarValue::List(Arc::new(list)), None)
}
