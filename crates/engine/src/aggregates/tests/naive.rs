//! Random groups against a plain computation.

use std::collections::BTreeMap;

use flowgauge_event::Number;

use super::*;
use crate::aggregates::testing::Random;
use crate::sort_key;

/// The values of a group that are numbers, read in the plainest way.
fn naive(name: &str, values: &[Option<String>]) -> Option<String> {
    let present: Vec<&str> = values.iter().flatten().map(String::as_str).collect();
    let mut found: Vec<f64> = present
        .iter()
        .filter_map(|text| Number::parse(text))
        .map(Number::as_f64)
        .collect();
    let count = found.len() as f64;
    let sum: f64 = found.iter().sum();
    let variance = found
        .iter()
        .map(|value| (value - sum / count).powi(2))
        .sum::<f64>()
        / count;
    found.sort_by(f64::total_cmp);
    let rank = |p: usize| {
        found
            .get((p * found.len()).div_ceil(100).max(1) - 1)
            .copied()
    };
    let float = |value: f64| (count > 0.0).then(|| Number::Float(value).to_string());
    let mut sorted: Vec<&str> = present.clone();
    sorted.sort_by(|a, b| sort_key::compare(a, b));
    let mut distinct = sorted.clone();
    distinct.dedup();
    match name {
        "count" => Some(present.len().to_string()),
        "countdistinct" => Some(distinct.len().to_string()),
        "sum" => float(sum),
        "avg" => float(sum / count),
        "variance" => float(variance),
        "stddev" => float(variance.sqrt()),
        "median" => rank(50).map(|value| Number::Float(value).to_string()),
        "pct" => rank(90).map(|value| Number::Float(value).to_string()),
        // Numbers come behind all other text, so the largest value is a number where there is one.
        "min" => sorted
            .iter()
            .find(|text| Number::parse(text).is_some())
            .or(sorted.first())
            .map(|text| (*text).to_owned()),
        "sortsfirst" => sorted.first().map(|text| (*text).to_owned()),
        "max" | "sortslast" => sorted.last().map(|text| (*text).to_owned()),
        "values" => (!distinct.is_empty()).then(|| distinct.join(",")),
        "topk" => {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            present
                .iter()
                .for_each(|text| *counts.entry(text).or_default() += 1);
            distinct.sort_by_key(|text| std::cmp::Reverse(counts[text]));
            distinct.truncate(3);
            (!distinct.is_empty()).then(|| serde_json::to_string(&distinct).expect("json"))
        }
        "earliest" => present.first().map(|text| (*text).to_owned()),
        "latest" => present.last().map(|text| (*text).to_owned()),
        other => panic!("no reference for {other}"),
    }
}

#[test]
fn grouped_results_equal_a_naive_computation() {
    let mut random = Random(42);
    for round in 0..60 {
        let rows = random.below(120);
        let count = 1 + random.below(9);
        let groups: Vec<usize> = (0..rows).map(|_| random.below(count)).collect();
        let typed = round % 2 == 0;
        let values: Vec<Option<String>> = (0..rows)
            .map(|_| match random.below(if typed { 5 } else { 8 }) {
                0 => None,
                1..=4 => Some((random.below(40) as i64 - 20).to_string()),
                5 => Some(format!("{}.25", random.below(9))),
                6 => Some(format!("word{}", random.below(12))),
                _ => Some("-".to_owned()),
            })
            .collect();
        let column = if typed {
            maybe_ints(
                &values
                    .iter()
                    .map(|value| value.as_ref().and_then(|text| text.parse().ok()))
                    .collect::<Vec<_>>(),
            )
        } else {
            text(&values.iter().map(Option::as_deref).collect::<Vec<_>>())
        };
        let order: Vec<i64> = (0..rows as i64).collect();
        for function in crate::aggregates::AGGREGATES
            .iter()
            .filter(|function| function.name != "rate")
        {
            let arguments = match function.name {
                "pct" => vec![column.clone(), percent(90.0)],
                "topk" => vec![constant(3), column.clone()],
                "earliest" | "latest" => vec![column.clone(), times(&order), ints(&order)],
                _ => vec![column.clone()],
            };
            let results = Use::new(function.name, &arguments).results(&groups, count);
            for (group, result) in results.iter().enumerate() {
                let members: Vec<Option<String>> = (0..rows)
                    .filter(|row| groups[*row] == group)
                    .map(|row| values[row].clone())
                    .collect();
                assert_eq!(
                    *result,
                    naive(function.name, &members),
                    "{} of {members:?}",
                    function.name
                );
            }
        }
    }
}
