//! Groups beyond the size that is kept as it is: estimates, limits and memory.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewArray};
use datafusion::logical_expr::EmitTo;

use super::*;
use crate::aggregates::testing::Random;

/// Runs one group over many values, in two merged halves, and returns the result and the size.
fn large(name: &str, arguments: &[Argument]) -> (ArrayRef, usize) {
    let call = Use::new(name, arguments);
    let rows = call
        .columns
        .iter()
        .map(|column| column.len())
        .max()
        .unwrap_or(0);
    let mut merged = call.grouped();
    let mut size = 0;
    for half in [
        (0..rows / 2).collect::<Vec<_>>(),
        (rows / 2..rows).collect(),
    ] {
        let mut part = call.grouped();
        part.update_batch(&call.rows(&half), &vec![0; half.len()], None, 1)
            .expect("update");
        size = size.max(part.size());
        merged
            .merge_batch(&part.state(EmitTo::All).expect("state"), &[0], 1)
            .expect("merge");
        size = size.max(merged.size());
    }
    (merged.evaluate(EmitTo::All).expect("evaluate"), size)
}

#[test]
fn distinct_counts_turn_from_exact_to_estimates() {
    for (distinct, tolerance) in [(10_000_usize, 0.0), (40_000, 0.03), (400_000, 0.03)] {
        let texts: Vec<String> = (0..distinct)
            .map(|n| format!("10.0.{}.{}", n / 256, n % 256))
            .collect();
        let texts = Argument::Values(Arc::new(StringViewArray::from_iter_values(&texts)));
        for column in [texts, ints(&(0..distinct as i64).collect::<Vec<_>>())] {
            let (result, size) = large("countdistinct", &[column]);
            let counted: f64 = printed(&result)[0]
                .as_ref()
                .expect("count")
                .parse()
                .expect("number");
            assert!(
                (counted - distinct as f64).abs() <= tolerance * distinct as f64,
                "{counted} of {distinct}"
            );
            assert!(size < 2_000_000, "{size}");
        }
    }
}

#[test]
fn percentiles_turn_from_exact_to_estimates() {
    for (rows, tolerance) in [(10_000_i64, 0.0), (200_000, 0.01)] {
        let mut random = Random(3);
        let mut values: Vec<i64> = (1..=rows).collect();
        for last in (1..values.len()).rev() {
            values.swap(last, random.below(last + 1));
        }
        for p in [1.0, 50.0, 99.0] {
            let (result, size) = large("pct", &[ints(&values), percent(p)]);
            let value: f64 = printed(&result)[0]
                .as_ref()
                .expect("value")
                .parse()
                .expect("number");
            let expected = p / 100.0 * rows as f64;
            assert!(
                (value - expected).abs() <= tolerance * rows as f64,
                "{value} for {expected}"
            );
            assert!(size < 1_000_000, "{size}");
        }
    }
}

#[test]
fn lists_of_values_keep_the_first_in_order() {
    let numbers: Vec<i64> = (0..50_000).rev().collect();
    let (result, size) = large("values", &[ints(&numbers)]);
    let expected: Vec<String> = (0..10_000).map(|n| n.to_string()).collect();
    assert_eq!(
        printed(&result)[0].as_deref(),
        Some(expected.join(",").as_str())
    );
    assert!(size < 4_000_000, "{size}");
}

#[test]
fn the_most_frequent_survive_a_summary() {
    // Half a million values of which three come often, spread over the whole input.
    let values: Vec<i64> = (0..500_000)
        .map(|n| match n % 100 {
            0..=9 => -1,
            10..=16 => -2,
            17..=20 => -3,
            _ => n,
        })
        .collect();
    let (result, size) = large("topk", &[constant(3), ints(&values)]);
    assert_eq!(printed(&result)[0].as_deref(), Some(r#"["-1","-2","-3"]"#));
    assert!(size < 20_000_000, "{size}");
    // With nothing frequent there are still as many values as asked for.
    let (result, _) = large(
        "topk",
        &[constant(500), ints(&(0..300_000).collect::<Vec<_>>())],
    );
    let list: Vec<String> =
        serde_json::from_str(printed(&result)[0].as_ref().expect("list")).expect("json");
    assert_eq!(list.iter().collect::<HashSet<_>>().len(), 500);
}
