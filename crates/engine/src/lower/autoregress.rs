//! `autoregress`: stock `lag` over the current order.

use datafusion::common::Result;
use datafusion::functions_window::expr_fn::lag;
use flowgauge_ql::pipeline::Expr;

use super::Lowering;

impl Lowering {
    pub(super) fn autoregress(&mut self, field: &Expr, columns: &[(u64, String)]) -> Result<()> {
        let value = self.expr(field)?;
        // The optimizer cannot compute the same call of two window nodes once, but tries.
        let value = self.add_internal("lagged", value)?;
        let wanted: Vec<&(u64, String)> = columns
            .iter()
            .filter(|(_, name)| self.read.contains(name))
            .collect();
        // The binder limits lags far below the range of i64.
        let lags = wanted
            .iter()
            .map(|(rows, _)| lag(value.clone(), Some(*rows as i64), None))
            .collect();
        let over = self.current_order();
        let earlier = self.add_windows("lag", lags, &over)?;
        let named = wanted.iter().map(|(_, name)| name.clone()).zip(earlier);
        self.name_columns(named.collect());
        Ok(())
    }
}
