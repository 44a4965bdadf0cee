//! `addtotals`: sums of rows, and a last row with sums of columns.

use std::collections::BTreeMap;

use flowgauge_event::Number;
use flowgauge_ql::pipeline::AddTotals;

use super::{Rows, amount, shown};
use crate::reference::Working;
use crate::reference::aggregate::sum;
use crate::reference::expression::Evaluator;

/// Adds the column and the row.
pub(super) fn apply<'a>(
    evaluator: &Evaluator<'_>,
    step: &AddTotals,
    mut rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    // The numbers of each column of the last row.
    let mut columns: BTreeMap<&str, Vec<Number>> = BTreeMap::new();
    for row in &mut rows {
        let mut numbers = Vec::new();
        let mut values = Vec::new();
        for field in &step.fields {
            let value = evaluator.eval(&field.expr, row)?;
            let number = amount(&value);
            numbers.extend(number);
            columns.entry(&field.name).or_default().extend(number);
            values.push((field.name.clone(), value));
        }
        if step.summary {
            row.columns.extend(values);
        }
        if let Some(total) = &step.total {
            let value = sum(&numbers);
            columns.entry(total).or_default().extend(amount(&value));
            row.columns.insert(total.clone(), value);
        }
    }
    if step.summary && !rows.is_empty() {
        let sums = columns
            .into_iter()
            .map(|(name, numbers)| (name.to_owned(), shown(sum(&numbers))));
        rows.push(Working {
            event: None,
            columns: sums.collect(),
            position: rows.len(),
        });
    }
    Ok(rows)
}
