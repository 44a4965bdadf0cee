//! `relevantfields`: every value is counted, and every threshold tried.

use std::collections::{BTreeMap, BTreeSet};

use flowgauge_event::{Value, limits};
use flowgauge_ql::pipeline::{Computed, Expr, RelevantFields, relevance_columns as columns};

use super::Rows;
use crate::reference::convert::{self, float};
use crate::reference::expression::Evaluator;
use crate::reference::{Working, json};

/// The values of a field in the events that meet the condition, and in the others.
type Values = [Vec<Option<String>>; 2];

/// Compares the fields.
pub(super) fn apply<'a>(
    evaluator: &Evaluator<'_>,
    step: &RelevantFields,
    rows: &[Working<'a>],
) -> Result<Rows<'a>, String> {
    let mut sides = [Vec::new(), Vec::new()];
    for row in rows {
        let meets = convert::truth(&evaluator.eval(&step.condition, row)?);
        sides[usize::from(!meets)].push(row);
    }
    if sides.iter().any(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let fields = if step.named {
        step.fields.clone()
    } else {
        discovered(rows, &step.read())
    };
    let mut judged = Vec::new();
    for field in fields {
        let mut values: Values = Values::default();
        for (side, rows) in sides.iter().enumerate() {
            for row in rows {
                values[side].push(convert::text(&evaluator.eval(&field.expr, row)?));
            }
        }
        judged.extend(judge(&field.name, &values, step.named));
    }
    judged.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    Ok(judged
        .into_iter()
        .enumerate()
        .map(|(position, (_, columns))| Working {
            event: None,
            columns,
            position,
        })
        .collect())
}

/// The fields of the events by name.
fn discovered(rows: &[Working<'_>], without: &BTreeSet<String>) -> Vec<Computed> {
    let mut names = BTreeSet::new();
    for event in rows.iter().filter_map(|row| row.event) {
        names.extend(event.names());
    }
    let is_container = |name: &str| {
        rows.iter().filter_map(|row| row.event).any(|event| {
            matches!(event.get(name), Value::Text(text) if json::parse_container(&text).is_some())
        })
    };
    names
        .iter()
        .filter(|name| RelevantFields::finds(name) && !without.contains(**name))
        .filter(|name| !is_container(name))
        .map(|name| Computed {
            name: (*name).to_owned(),
            expr: Expr::Source((*name).to_owned()),
        })
        .collect()
}

/// The score of a field and its row.
fn judge(name: &str, values: &Values, named: bool) -> Option<(f64, BTreeMap<String, Value>)> {
    let present: Vec<&String> = values.iter().flatten().flatten().collect();
    let distinct: BTreeSet<&String> = present.iter().copied().collect();
    if present.is_empty() {
        return None;
    }
    let mut columns = BTreeMap::from([
        (columns::CONTRIBUTORS.to_owned(), Value::Missing),
        (columns::CONDITIONAL_MEDIAN.to_owned(), Value::Missing),
        (columns::BASELINE_MEDIAN.to_owned(), Value::Missing),
    ]);
    let score = if let Some(numbers) = numbers(values) {
        for (side, column) in [columns::CONDITIONAL_MEDIAN, columns::BASELINE_MEDIAN]
            .into_iter()
            .enumerate()
        {
            columns.insert(column.to_owned(), median(&numbers[side]));
        }
        let thresholds = numbers.iter().flatten().flatten();
        let scores = thresholds.map(|threshold| {
            divergences(&numbers, |number: &Option<f64>| {
                number.map(|number| number <= *threshold)
            })
            .iter()
            .map(|(_, found, _)| found)
            .sum()
        });
        scores.fold(0.0, f64::max)
    } else {
        if !named && present.len() > 1 && present.len() == distinct.len() {
            return None;
        }
        let mut found = divergences(values, Option::clone);
        let score = found.iter().map(|(_, divergence, _)| divergence).sum();
        let digits = |divergence: f64| (divergence * 1e9).round();
        found.retain(|(_, divergence, _)| digits(*divergence) > 0.0);
        // Stable: equal ones stay in the order of their values, a missing one first.
        found.sort_by(|(_, a, _), (_, b, _)| digits(*b).total_cmp(&digits(*a)));
        found.truncate(limits::RELEVANT_CONTRIBUTORS);
        let items: Vec<String> = found.iter().map(contributor).collect();
        columns.insert(
            columns::CONTRIBUTORS.to_owned(),
            Value::Structure(format!("[{}]", items.join(","))),
        );
        score
    };
    let score = (score * 1e6).round() / 1e6;
    columns.insert(columns::FIELD_NAME.to_owned(), Value::Text(name.to_owned()));
    columns.insert(columns::SCORE.to_owned(), float(score));
    Some((score, columns))
}

/// The numbers of a numeric field.
fn numbers(values: &Values) -> Option<[Vec<Option<f64>>; 2]> {
    let mut distinct = BTreeSet::new();
    let mut numbers = [Vec::new(), Vec::new()];
    for (side, values) in values.iter().enumerate() {
        for value in values {
            let number = match value {
                None => None,
                // What flow logs print for a number that is missing.
                Some(text) if text == "-" => None,
                Some(text) => {
                    let number = convert::number(&Value::Text(text.clone()))?.as_f64();
                    distinct.insert((number + 0.0).to_bits());
                    Some(number)
                }
            };
            numbers[side].push(number);
        }
    }
    (distinct.len() > limits::RELEVANT_CATEGORIES).then_some(numbers)
}

/// The number of rank ⌈n/2⌉.
fn median(numbers: &[Option<f64>]) -> Value {
    let mut present: Vec<f64> = numbers.iter().flatten().copied().collect();
    present.sort_by(f64::total_cmp);
    match present.len().checked_sub(1) {
        None => Value::Missing,
        Some(last) => float(present[last / 2]),
    }
}

/// The values of both sides, ascending, with their terms of the Jensen–Shannon divergence and
/// their shares of each side.
fn divergences<T, K: Ord>(sides: &[Vec<T>; 2], kind: impl Fn(&T) -> K) -> Vec<(K, f64, [f64; 2])> {
    let mut shares: BTreeMap<K, [f64; 2]> = BTreeMap::new();
    for (side, values) in sides.iter().enumerate() {
        for value in values {
            shares.entry(kind(value)).or_default()[side] += 1.0;
        }
    }
    let sizes = [0, 1].map(|side| sides[side].len() as f64);
    shares
        .into_iter()
        .map(|(kind, counts)| {
            let shares = [counts[0] / sizes[0], counts[1] / sizes[1]];
            let mean = (shares[0] + shares[1]) / 2.0;
            let terms = shares.iter().filter(|share| **share > 0.0);
            let divergence = terms
                .map(|share| share * (share / mean).log2())
                .sum::<f64>()
                / 2.0;
            (kind, divergence, shares)
        })
        .collect()
}

fn contributor((value, _, shares): &(Option<String>, f64, [f64; 2])) -> String {
    let shown = value.as_ref().map(|text| {
        if text.len() <= limits::RELEVANT_BYTES {
            return text.clone();
        }
        let mut cut = String::new();
        for letter in text.chars() {
            if cut.len() + letter.len_utf8() > limits::RELEVANT_BYTES {
                break;
            }
            cut.push(letter);
        }
        cut + "…"
    });
    let print = |share: f64| {
        float(share)
            .print()
            .map(|text| text.into_owned())
            .unwrap_or_default()
    };
    format!(
        r#"{{"value":{},"conditionalShare":{},"baselineShare":{}}}"#,
        serde_json::Value::from(shown),
        print(shares[0]),
        print(shares[1]),
    )
}
