//! `join`: the right side is read first and hashed, the left side streams past it (spec 5.16).

use std::collections::HashSet;

use arrow::array::AsArray;
use datafusion::common::{Result, exec_err, internal_err};
use datafusion::logical_expr::LogicalPlanBuilder;
use flowgauge_ql::pipeline::Join;

use super::expr::call;
use super::order::ordering;
use super::{Lowering, named};

impl Lowering {
    pub(super) async fn join(&mut self, step: &Join) -> Result<()> {
        let most = usize::try_from(self.context.limits.join_keys).unwrap_or(usize::MAX);
        let mut right = self.inner(&step.right).await?;
        // The key, what somebody reads, and what puts partners into the order of the right side.
        let key = self.internal_name("key");
        let mut columns = Vec::new();
        let mut added = Vec::new();
        for column in &step.right.output {
            let value = right.expr(&column.expr)?;
            if column.name == step.key {
                columns.push(call("_key", vec![value.clone()])?.alias(&key));
            }
            let name = self.internal_name("right");
            columns.push(value.alias(&name));
            added.push((column.name.clone(), name));
        }
        if columns.len() == added.len() {
            return internal_err!("the right side of a join has no column {}", step.key);
        }
        let mut order = Vec::new();
        for part in std::mem::take(&mut right.order) {
            let name = self.internal_name("order");
            order.push(ordering(named(&name), !part.asc));
            columns.push(part.expr.alias(name));
        }
        let plan = LogicalPlanBuilder::new(right.plan)
            .project(columns)?
            .filter(named(&key).is_not_null())?
            .build()?;
        let place = plan.schema().index_of_column_by_name(None, &key);
        let mut keys = HashSet::new();
        let rows = self
            .rows_of(&plan, "the right side of the join", |batch| {
                let Some(place) = place else { return Ok(()) };
                for key in batch.column(place).as_string_view().iter().flatten() {
                    if !keys.contains(key) {
                        keys.insert(key.to_owned());
                    }
                }
                if keys.len() > most {
                    return exec_err!(
                        "the right side of a join may have at most {most} different keys; choose a \
                         smaller group or window, or raise the limit `join-keys`"
                    );
                }
                Ok(())
            })
            .await?;
        let left = call("_key", vec![self.expr(&step.left)?])?;
        let left = self.add_internal("left", left)?;
        self.join_rows(rows, vec![key], vec![left], step.outer)?;
        self.names.extend(added);
        self.order.extend(order);
        self.exploded = true;
        Ok(())
    }
}
