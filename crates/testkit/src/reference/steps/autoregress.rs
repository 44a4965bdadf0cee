//! `autoregress`: values of earlier rows.

use flowgauge_event::Value;
use flowgauge_ql::pipeline::Expr;

use super::Rows;
use crate::reference::expression::Evaluator;

/// Adds the columns.
pub(super) fn apply<'a>(
    evaluator: &Evaluator<'_>,
    field: &Expr,
    columns: &[(u64, String)],
    mut rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    let values = rows
        .iter()
        .map(|row| evaluator.eval(field, row))
        .collect::<Result<Vec<Value>, String>>()?;
    for (at, row) in rows.iter_mut().enumerate() {
        for (lag, name) in columns {
            let earlier = (at as u64).checked_sub(*lag);
            let value = earlier.map_or(Value::Missing, |at| values[at as usize].clone());
            row.columns.insert(name.clone(), value);
        }
    }
    Ok(rows)
}
