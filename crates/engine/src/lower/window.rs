//! Window columns: values that depend on the rows around, in an order.

use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{
    AggregateUDF, Expr as Df, ExprFunctionExt, SortExpr, WindowFrame, WindowFrameBound,
    WindowFrameUnits, WindowFunctionDefinition,
};
use std::sync::Arc;

use super::expr::call;
use super::{Lowering, named};
use crate::{registry, types};

/// Rows that belong together, and their order. An empty order is that of a single row.
#[derive(Clone, PartialEq)]
pub(super) struct Over {
    pub partition: Vec<Df>,
    pub order: Vec<SortExpr>,
}

impl Lowering {
    /// All rows in their current order.
    pub(super) fn current_order(&self) -> Over {
        Over {
            partition: Vec::new(),
            order: self.order.clone(),
        }
    }

    /// Adds a column for each function over the same rows.
    pub(super) fn add_windows(
        &mut self,
        label: &str,
        functions: Vec<Df>,
        over: &Over,
    ) -> Result<Vec<Df>> {
        self.resort(over)?;
        let mut columns = Vec::new();
        let mut windows = Vec::new();
        for function in functions {
            let name = self.internal_name(label);
            let window = function
                .partition_by(over.partition.clone())
                .order_by(over.order.clone())
                .window_frame(up_to_here())
                .build()?;
            windows.push(window.alias(&name));
            columns.push(named(&name));
        }
        if !windows.is_empty() {
            self.rebuild(|plan| plan.window(windows))?;
        }
        Ok(columns)
    }

    /// Prepares rows that a window function has sorted for being sorted in another way.
    pub(super) fn resort(&mut self, over: &Over) -> Result<()> {
        let before = self.sorted.replace(over.clone());
        if before.is_none_or(|before| before == *over) {
            return Ok(());
        }
        let mut columns = Vec::new();
        for column in self.plan.schema().columns() {
            let value = Df::Column(column.clone());
            columns.push(match self.type_of(&value)? == types::TEXT {
                true => {
                    call("_compact", vec![value])?.alias_qualified(column.relation, column.name)
                }
                false => value,
            });
        }
        self.rebuild(|plan| plan.project(columns))
    }

    /// Adds one such column.
    pub(super) fn add_window(&mut self, label: &str, function: Df, over: &Over) -> Result<Df> {
        let mut columns = self.add_windows(label, vec![function], over)?;
        match columns.pop() {
            Some(column) => Ok(column),
            None => internal_err!("a window function gave no column"),
        }
    }
}

/// All rows up to the current one: what can be computed while rows stream by.
fn up_to_here() -> WindowFrame {
    WindowFrame::new_bounds(
        WindowFrameUnits::Rows,
        WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
        WindowFrameBound::CurrentRow,
    )
}

/// A call of one of our window functions.
pub(super) fn running(name: &str, argument: Df) -> Result<Df> {
    match registry::window(name) {
        Some(function) => Ok(function.call(vec![argument])),
        None => internal_err!("no window function is called {name}"),
    }
}

/// An aggregate of stock DataFusion as a window function.
pub(super) fn running_aggregate(aggregate: Arc<AggregateUDF>, argument: Df) -> Df {
    let definition = WindowFunctionDefinition::AggregateUDF(aggregate);
    Df::from(WindowFunction::new(definition, vec![argument]))
}
