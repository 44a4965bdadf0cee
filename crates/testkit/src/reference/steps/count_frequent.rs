//! `countFrequent`: how often each combination of values comes.

use std::collections::BTreeMap;

use flowgauge_event::Value;
use flowgauge_ql::pipeline::Computed;

use super::{Rows, compare_keys, identity, shown};
use crate::reference::Working;
use crate::reference::convert::int;
use crate::reference::expression::Evaluator;

/// Counts, most frequent first. Here every count is exact.
pub(super) fn apply<'a>(
    evaluator: &Evaluator<'_>,
    keys: &[Computed],
    into: &str,
    rows: &[Working<'a>],
) -> Result<Rows<'a>, String> {
    let mut counts: BTreeMap<Vec<Option<String>>, (Vec<Value>, i64)> = BTreeMap::new();
    for row in rows {
        let mut values = Vec::new();
        for key in keys {
            values.push(shown(evaluator.eval(&key.expr, row)?));
        }
        let printed = values.iter().cloned().map(identity).collect();
        counts.entry(printed).or_insert((values, 0)).1 += 1;
    }
    let mut counts: Vec<(Vec<Value>, i64)> = counts.into_values().collect();
    counts.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| compare_keys(a, b)));
    let names = || keys.iter().map(|key| key.name.clone());
    Ok(counts
        .into_iter()
        .enumerate()
        .map(|(position, (values, count))| Working {
            event: None,
            columns: names()
                .zip(values)
                .chain([(into.to_owned(), int(count))])
                .collect(),
            position,
        })
        .collect())
}
