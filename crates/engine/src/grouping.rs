//! The first of the two stages of a grouping, made for the keys of logs.
//!
//! DataFusion groups in two stages: every thread groups its own rows as far as they go and hands
//! over partial results, which are then brought together by key. What the first stage hands over
//! may name a group any number of times, so it needs no disk: when its memory is used up it hands
//! over what it has and begins anew. That makes it small enough to be replaced by a [`GroupExec`],
//! whose keys are 16 bytes a column, whatever the type ([`crate::codes`]): addresses are compared and hashed
//! as two machine words and never copied. The second stage, which can spill, stays DataFusion's.

mod exec;
mod keys;
mod slots;
mod table;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::InputOrderMode;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};

pub use exec::GroupExec;

/// Replaces the first stages of groupings by [`GroupExec`]s where that gives the same.
pub fn install(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let replaced = plan.transform_up(|node| {
        let Some(stage) = node.downcast_ref::<AggregateExec>() else {
            return Ok(Transformed::no(node));
        };
        if !is_replaceable(stage)? {
            return Ok(Transformed::no(node));
        }
        let replacement: Arc<dyn ExecutionPlan> = Arc::new(GroupExec::new(stage));
        Ok(Transformed::yes(replacement))
    })?;
    Ok(replaced.data)
}

fn is_replaceable(stage: &AggregateExec) -> Result<bool> {
    let keys = stage.group_expr();
    let plain = *stage.mode() == AggregateMode::Partial
        && *stage.input_order_mode() == InputOrderMode::Linear
        && stage.limit_options().is_none()
        && stage.filter_expr().iter().all(Option::is_none)
        && keys.is_single()
        && !keys.is_empty()
        && stage.aggr_expr().iter().all(|call| {
            !call.is_distinct()
                && call.order_bys().is_empty()
                && call.groups_accumulator_supported()
        });
    if !plain {
        return Ok(false);
    }
    let input = stage.input_schema();
    for (key, _) in keys.expr() {
        if !keys::is_supported(&key.data_type(&input)?) {
            return Ok(false);
        }
    }
    Ok(true)
}
