//! `fillmissing`: rows for empty bins.

use std::collections::BTreeMap;

use flowgauge_event::Value;
use flowgauge_ql::pipeline::FillMissing;

use super::{Rows, compare_keys, identity};
use crate::reference::convert::millis;
use crate::reference::expression::literal_value;
use crate::reference::{Context, Working};

/// Adds the rows and puts all into the order of their keys.
pub(super) fn apply<'a>(
    context: &Context,
    step: &FillMissing,
    mut rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    let others: Vec<&String> = step.keys.iter().filter(|key| **key != step.bin).collect();
    // Combinations by their printed keys, each with its key values and its bins.
    type Combination = (Vec<Value>, Vec<i64>);
    let mut combinations: BTreeMap<Vec<Option<String>>, Combination> = BTreeMap::new();
    if others.is_empty() {
        combinations.insert(Vec::new(), Default::default());
    }
    let mut all_bins = Vec::new();
    for row in &rows {
        let Some(bin) = millis(&row.column(&step.bin)) else {
            continue;
        };
        all_bins.push(bin);
        let values: Vec<Value> = others.iter().map(|key| row.column(key)).collect();
        let printed = values.iter().cloned().map(identity).collect();
        let (_, bins) = combinations
            .entry(printed)
            .or_insert_with(|| (values, Vec::new()));
        bins.push(bin);
    }
    let floor = |time: i64| step.period.floor(time - step.offset) + step.offset;
    let first = context.start.map(floor).or(all_bins.iter().min().copied());
    let last = context.end.map(floor).or(all_bins.iter().max().copied());
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(rows);
    };
    for (values, bins) in combinations.into_values() {
        let mut bin = first;
        let mut covered = 0;
        while bin <= last {
            covered += 1;
            if covered > context.limits.filled_bins {
                return Err("too many bins".to_owned());
            }
            if !bins.contains(&bin) {
                let mut columns: BTreeMap<String, Value> = others
                    .iter()
                    .map(|key| (*key).clone())
                    .zip(values.iter().cloned())
                    .collect();
                columns.insert(step.bin.clone(), Value::Time(bin));
                for (name, value) in &step.fills {
                    columns.insert(name.clone(), literal_value(value));
                }
                rows.push(Working {
                    event: None,
                    columns,
                    position: rows.len(),
                });
            }
            bin = step.period.next(bin - step.offset) + step.offset;
        }
    }
    let keys =
        |row: &Working<'_>| -> Vec<Value> { step.keys.iter().map(|key| row.column(key)).collect() };
    rows.sort_by(|a, b| compare_keys(&keys(a), &keys(b)));
    Ok(rows)
}
