//! `accum`: the running sum.

use flowgauge_event::Value;
use flowgauge_ql::pipeline::Expr;

use super::Rows;
use crate::reference::aggregate;
use crate::reference::convert;
use crate::reference::expression::Evaluator;

/// Adds or replaces the column.
pub(super) fn apply<'a>(
    evaluator: &Evaluator<'_>,
    field: &Expr,
    into: &str,
    mut rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    let mut numbers = Vec::new();
    for row in &mut rows {
        let sum = match convert::number(&evaluator.eval(field, row)?) {
            Some(number) => {
                numbers.push(number);
                aggregate::sum(&numbers)
            }
            None => Value::Missing,
        };
        row.columns.insert(into.to_owned(), sum);
    }
    Ok(rows)
}
