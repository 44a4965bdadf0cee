//! `outlier`: numbers far from the quartiles.

use flowgauge_event::{Number, Value};
use flowgauge_ql::pipeline::Outlier;

use super::{Rows, amount, shown};
use crate::reference::aggregate::percentile;
use crate::reference::convert::{float, number};
use crate::reference::expression::Evaluator;

/// Judges each field over all rows, then clamps, removes and marks.
pub(super) fn apply<'a>(
    evaluator: &Evaluator<'_>,
    step: &Outlier,
    mut rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    let mut found = vec![false; rows.len()];
    for field in &step.fields {
        let values = rows
            .iter()
            .map(|row| evaluator.eval(&field.expr, row))
            .collect::<Result<Vec<Value>, String>>()?;
        let numbers: Vec<Number> = values.iter().filter_map(amount).collect();
        let (lowest, highest) = bounds(&numbers, step);
        for ((row, value), found) in rows.iter_mut().zip(values).zip(&mut found) {
            let bound = match amount(&value) {
                Some(number) if highest.is_some_and(|bound| number.compare(bound).is_gt()) => {
                    highest
                }
                Some(number) if lowest.is_some_and(|bound| number.compare(bound).is_lt()) => lowest,
                _ => None,
            };
            *found |= bound.is_some();
            if !step.remove {
                let value = bound.map_or(value, Value::Number);
                row.columns.insert(field.name.clone(), value);
            }
        }
    }
    let mut kept = Vec::new();
    for (mut row, found) in rows.into_iter().zip(found) {
        if let Some(mark) = &step.mark {
            row.columns.insert(mark.clone(), Value::Boolean(found));
        }
        if !(step.remove && found) {
            kept.push(row);
        }
    }
    Ok(kept)
}

/// The lowest and the highest usual number, as they print.
fn bounds(numbers: &[Number], step: &Outlier) -> (Option<Number>, Option<Number>) {
    let quartile = |percent| number(&percentile(numbers, percent)).map(Number::as_f64);
    let (Some(first), Some(third)) = (quartile(25.0), quartile(75.0)) else {
        return (None, None);
    };
    let reach = step.param * (third - first);
    let bound = |value: f64| number(&shown(float(value)));
    (
        bound(first - reach).filter(|_| step.lower),
        bound(third + reach),
    )
}
