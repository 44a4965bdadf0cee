//! `filldown`: the last value in place of a missing one.

use flowgauge_event::Value;
use flowgauge_ql::pipeline::Computed;

use super::Rows;
use crate::reference::expression::Evaluator;

/// Fills each column by itself.
pub(super) fn apply<'a>(
    evaluator: &Evaluator<'_>,
    columns: &[Computed],
    mut rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    for column in columns {
        let mut last = Value::Missing;
        for row in &mut rows {
            let value = evaluator.eval(&column.expr, row)?;
            if !value.is_missing() {
                last = value;
            }
            row.columns.insert(column.name.clone(), last.clone());
        }
    }
    Ok(rows)
}
