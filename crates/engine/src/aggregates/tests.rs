//! All aggregates through every path DataFusion has: single and grouped accumulators, merged
//! partial results, rows converted to partial results, and emission in pieces.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, LargeStringArray, StringViewArray,
    TimestampMillisecondArray, UInt64Array,
};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, EmitTo, GroupsAccumulator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};
use flowgauge_event::Number;

use super::testing::Random;
use crate::sort_key;
use crate::values::{NumberBuilder, cell};

/// An argument of a call under test.
#[derive(Clone)]
enum Argument {
    Values(ArrayRef),
    Constant(ScalarValue),
}

/// An aggregate with its arguments.
struct Use {
    function: Arc<AggregateUDF>,
    columns: Vec<ArrayRef>,
    expressions: Vec<Arc<dyn PhysicalExpr>>,
    fields: Vec<FieldRef>,
}

impl Use {
    fn new(name: &str, arguments: &[Argument]) -> Use {
        let rows = arguments.iter().find_map(|argument| match argument {
            Argument::Values(column) => Some(column.len()),
            Argument::Constant(_) => None,
        });
        let mut parts = Use {
            function: super::find(name).expect(name),
            columns: vec![],
            expressions: vec![],
            fields: vec![],
        };
        for (index, argument) in arguments.iter().enumerate() {
            let (column, expression): (ArrayRef, Arc<dyn PhysicalExpr>) = match argument {
                Argument::Values(column) => (Arc::clone(column), Arc::new(Column::new("c", index))),
                Argument::Constant(value) => (
                    value.to_array_of_size(rows.unwrap_or(0)).expect("constant"),
                    Arc::new(Literal::new(value.clone())),
                ),
            };
            parts
                .fields
                .push(Arc::new(Field::new("c", column.data_type().clone(), true)));
            parts.columns.push(column);
            parts.expressions.push(expression);
        }
        parts
    }

    fn result(&self) -> FieldRef {
        let types: Vec<DataType> = self
            .fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        Arc::new(Field::new(
            "r",
            self.function.return_type(&types).expect("type"),
            true,
        ))
    }

    fn with<T>(&self, then: impl FnOnce(AccumulatorArgs) -> Result<T>) -> Result<T> {
        then(AccumulatorArgs {
            return_field: self.result(),
            schema: &Schema::empty(),
            ignore_nulls: false,
            order_bys: &[],
            is_reversed: false,
            name: "r",
            is_distinct: false,
            exprs: &self.expressions,
            expr_fields: &self.fields,
        })
    }

    fn single(&self) -> Box<dyn Accumulator> {
        self.with(|args| self.function.accumulator(args))
            .expect("accumulator")
    }

    fn grouped(&self) -> Box<dyn GroupsAccumulator> {
        self.with(|args| self.function.create_groups_accumulator(args))
            .expect("groups accumulator")
    }

    fn rows(&self, rows: &[usize]) -> Vec<ArrayRef> {
        let rows = UInt64Array::from_iter_values(rows.iter().map(|row| *row as u64));
        self.columns
            .iter()
            .map(|column| take(column, &rows, None).expect("rows"))
            .collect()
    }

    /// Results of groups through all paths, which must agree to the printed digit.
    fn results(&self, groups: &[usize], count: usize) -> Vec<Option<String>> {
        let all: Vec<usize> = (0..groups.len()).collect();
        let mut direct = self.grouped();
        for part in all.chunks(7) {
            let indices: Vec<usize> = part.iter().map(|row| groups[*row]).collect();
            direct
                .update_batch(&self.rows(part), &indices, None, count)
                .expect("update");
            assert!(direct.size() > 0);
        }
        direct
            .update_batch(&self.rows(&[]), &[], None, count)
            .expect("update");
        let direct = printed(&direct.evaluate(EmitTo::All).expect("evaluate"));
        assert_eq!(direct.len(), count);

        let state_types: Vec<DataType> = self
            .function
            .state_fields(StateFieldsArgs {
                name: "r",
                input_fields: &self.fields,
                return_field: self.result(),
                ordering_fields: &[],
                is_distinct: false,
            })
            .expect("state")
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        let check = |state: &[ArrayRef]| {
            assert_eq!(
                state
                    .iter()
                    .map(|part| part.data_type().clone())
                    .collect::<Vec<_>>(),
                state_types
            );
        };

        // Two halves with a filter each, merged, and given out in two pieces.
        let mut merged = self.grouped();
        for half in [0, 1] {
            let filter: BooleanArray = (0..groups.len())
                .map(|row| if row % 2 == half { Some(true) } else { None })
                .collect();
            let mut part = self.grouped();
            part.update_batch(&self.columns, groups, Some(&filter), count)
                .expect("update");
            let mut first = 0;
            for emit in [EmitTo::First(count / 2), EmitTo::All] {
                let state = part.state(emit).expect("state");
                check(&state);
                let indices: Vec<usize> = (first..first + state[0].len()).collect();
                first += state[0].len();
                merged.merge_batch(&state, &indices, count).expect("merge");
            }
            assert_eq!(first, count);
        }
        let mut pieces = printed(&merged.evaluate(EmitTo::First(count / 2)).expect("evaluate"));
        pieces.extend(printed(&merged.evaluate(EmitTo::All).expect("evaluate")));
        assert_eq!(pieces, direct, "merged {}", self.function.name());

        // Every row as a partial result of its own.
        let state = self
            .grouped()
            .convert_to_state(&self.columns, None)
            .expect("convert");
        check(&state);
        let mut converted = self.grouped();
        converted.merge_batch(&state, groups, count).expect("merge");
        assert_eq!(
            printed(&converted.evaluate(EmitTo::All).expect("evaluate")),
            direct,
            "converted {}",
            self.function.name()
        );

        for group in 0..count {
            let rows: Vec<usize> = all
                .iter()
                .copied()
                .filter(|row| groups[*row] == group)
                .collect();
            let mut whole = self.single();
            whole.update_batch(&self.rows(&rows)).expect("update");
            let mut merged = self.single();
            for half in rows.chunks(rows.len().div_ceil(2).max(1)) {
                let mut part = self.single();
                part.update_batch(&self.rows(half)).expect("update");
                let state: Vec<ArrayRef> = part
                    .state()
                    .expect("state")
                    .iter()
                    .map(|part| part.to_array().expect("array"))
                    .collect();
                check(&state);
                merged.merge_batch(&state).expect("merge");
            }
            for accumulator in [&mut whole, &mut merged] {
                assert!(accumulator.size() > 0);
                let value = accumulator.evaluate().expect("evaluate");
                assert_eq!(value.data_type(), *self.result().data_type());
                let value = printed(&value.to_array().expect("array"));
                assert_eq!(
                    value[0],
                    direct[group],
                    "single {} {group}",
                    self.function.name()
                );
            }
        }
        direct
    }

    /// The result without grouping.
    fn result_of_all(&self) -> Option<String> {
        let rows = self.columns.first().map_or(0, |column| column.len());
        self.results(&vec![0; rows], 1).remove(0)
    }
}

fn printed(column: &ArrayRef) -> Vec<Option<String>> {
    (0..column.len())
        .map(|row| {
            cell(column, row)
                .expect("cell")
                .print()
                .map(|text| text.into_owned())
        })
        .collect()
}

fn text(values: &[Option<&str>]) -> Argument {
    Argument::Values(Arc::new(values.iter().collect::<StringViewArray>()))
}

fn words(values: &[&str]) -> Argument {
    Argument::Values(Arc::new(StringViewArray::from_iter_values(values)))
}

fn ints(values: &[i64]) -> Argument {
    Argument::Values(Arc::new(Int64Array::from(values.to_vec())))
}

fn maybe_ints(values: &[Option<i64>]) -> Argument {
    Argument::Values(Arc::new(Int64Array::from(values.to_vec())))
}

fn floats(values: &[f64]) -> Argument {
    Argument::Values(Arc::new(Float64Array::from(values.to_vec())))
}

fn numbers(values: &[Option<Number>]) -> Argument {
    let mut column = NumberBuilder::default();
    values.iter().for_each(|value| column.push(*value));
    Argument::Values(column.finish())
}

fn flags(values: &[Option<bool>]) -> Argument {
    Argument::Values(Arc::new(BooleanArray::from(values.to_vec())))
}

fn times(values: &[i64]) -> Argument {
    Argument::Values(Arc::new(TimestampMillisecondArray::from(values.to_vec())))
}

fn json(values: &[&str]) -> Argument {
    Argument::Values(Arc::new(LargeStringArray::from_iter_values(values)))
}

fn nothing() -> Argument {
    Argument::Values(Arc::new(arrow::array::NullArray::new(3)))
}

fn constant(value: i64) -> Argument {
    Argument::Constant(ScalarValue::Int64(Some(value)))
}

fn percent(value: f64) -> Argument {
    Argument::Constant(ScalarValue::Float64(Some(value)))
}

#[test]
fn names_are_sorted_unique_and_found() {
    let names: Vec<&str> = super::AGGREGATES
        .iter()
        .map(|aggregate| aggregate.name)
        .collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    assert_eq!(super::all().len(), names.len());
    assert!(
        names
            .iter()
            .all(|name| super::find(name).is_some_and(|function| function.name() == *name))
    );
    assert!(super::find("nosuch").is_none());
}

#[test]
fn results_of_one_group() {
    let mixed = [Some("10"), None, Some("x"), Some("2.5"), Some("9")];
    let number = [Some(Number::Int(3)), None, Some(Number::Float(2.5))];
    let rfc = [
        "!:",
        "#",
        "*%04",
        "0#",
        "5A",
        "111A",
        "2345_",
        "@",
        "@_",
        "A",
        "A9876fghj",
        "a12345hfh",
    ];
    let cases: Vec<(&str, Vec<Argument>, Option<&str>)> = vec![
        ("count", vec![text(&mixed)], Some("4")),
        ("count", vec![maybe_ints(&[None, None])], Some("0")),
        (
            "count",
            vec![json(&["null", "1", "{}", "[null]"])],
            Some("3"),
        ),
        ("count", vec![numbers(&number)], Some("2")),
        ("count", vec![nothing()], Some("0")),
        ("countdistinct", vec![text(&mixed)], Some("4")),
        (
            "countdistinct",
            vec![words(&["a", "b", "a", ""])],
            Some("3"),
        ),
        (
            "countdistinct",
            vec![maybe_ints(&[Some(1), Some(1), None, Some(-1)])],
            Some("2"),
        ),
        (
            "countdistinct",
            vec![numbers(&[
                Some(Number::Int(1)),
                Some(Number::Float(1.0)),
                None,
            ])],
            Some("1"),
        ),
        (
            "countdistinct",
            vec![json(&["\"a\"", "1", "true", "{}"])],
            Some("2"),
        ),
        ("sum", vec![ints(&[1, 2, 3])], Some("6")),
        (
            "sum",
            vec![ints(&[i64::MAX, 1, -1])],
            Some("9223372036854775807"),
        ),
        (
            "sum",
            vec![ints(&[i64::MAX, i64::MAX])],
            Some("18446744073709551616"),
        ),
        ("sum", vec![text(&mixed)], Some("21.5")),
        ("sum", vec![words(&["x", ""])], None),
        ("sum", vec![numbers(&number)], Some("5.5")),
        (
            "sum",
            vec![flags(&[Some(true), None, Some(true), Some(false)])],
            Some("2"),
        ),
        ("sum", vec![floats(&[1.5, f64::NAN, 2.0])], Some("3.5")),
        ("sum", vec![floats(&[f64::MAX, f64::MAX])], None),
        ("sum", vec![nothing()], None),
        ("sum", vec![ints(&[])], None),
        ("avg", vec![text(&mixed)], Some("7.1667")),
        (
            "avg",
            vec![ints(&[i64::MAX, i64::MAX, -i64::MAX, -i64::MAX, 5])],
            Some("1"),
        ),
        ("avg", vec![words(&["x"])], None),
        ("min", vec![ints(&[3, -2, 7])], Some("-2")),
        ("max", vec![maybe_ints(&[None, Some(-2)])], Some("-2")),
        ("min", vec![floats(&[3.0, 2.5])], Some("2.5")),
        ("max", vec![numbers(&number)], Some("3")),
        ("min", vec![numbers(&number)], Some("2.5")),
        ("max", vec![flags(&[Some(false), Some(true)])], Some("1")),
        ("max", vec![times(&[5, 1_000])], Some("1000")),
        ("min", vec![text(&mixed)], Some("x")),
        ("max", vec![text(&mixed)], Some("10")),
        ("max", vec![words(&["1", "01", "1.0"])], Some("1.0")),
        ("min", vec![words(&["1", "01", "1.0"])], Some("01")),
        ("min", vec![nothing()], None),
        ("sortsfirst", vec![words(&rfc)], Some("!:")),
        ("sortslast", vec![words(&rfc)], Some("a12345hfh")),
        (
            "sortslast",
            vec![words(&["5A", "111A", "2345_"])],
            Some("2345_"),
        ),
        ("sortsfirst", vec![json(&["\"b\"", "3", "[1]"])], Some("b")),
        ("sortslast", vec![times(&[5, 1_000])], Some("1000")),
        (
            "pct",
            vec![ints(&[10, 20, 30, 40]), percent(50.0)],
            Some("20"),
        ),
        (
            "pct",
            vec![ints(&[10, 20, 30, 40]), percent(50.1)],
            Some("30"),
        ),
        (
            "pct",
            vec![ints(&(1..=100).rev().collect::<Vec<_>>()), constant(55)],
            Some("55"),
        ),
        (
            "pct",
            vec![ints(&(1..=1000).collect::<Vec<_>>()), percent(99.9)],
            Some("999"),
        ),
        ("pct", vec![ints(&[7]), percent(0.1)], Some("7")),
        ("pct", vec![words(&["x"]), percent(90.0)], None),
        ("median", vec![text(&mixed)], Some("9")),
        ("median", vec![floats(&[4.0, 1.0])], Some("1")),
        ("stddev", vec![ints(&[2, 4, 4, 4, 5, 5, 7, 9])], Some("2")),
        (
            "variance",
            vec![words(&["2", "4", "4", "4", "5", "5", "7", "9", "-"])],
            Some("4"),
        ),
        (
            "variance",
            vec![ints(&[
                1_000_000_000_004,
                1_000_000_000_007,
                1_000_000_000_013,
                1_000_000_000_016,
            ])],
            Some("22.5"),
        ),
        ("variance", vec![ints(&[3])], Some("0")),
        ("stddev", vec![words(&["x"])], None),
        (
            "values",
            vec![words(&["b10", "b9", "2", "b9", "10", ""])],
            Some(",b9,b10,2,10"),
        ),
        (
            "values",
            vec![maybe_ints(&[Some(2), None, Some(10), Some(2)])],
            Some("2,10"),
        ),
        ("values", vec![words(&[])], None),
        (
            "topk",
            vec![constant(2), words(&["a", "b", "c", "b", "c", "d10", "d9"])],
            Some("[\"b\",\"c\"]"),
        ),
        (
            "topk",
            vec![constant(3), words(&["d10", "d9", "\"", "\""])],
            Some("[\"\\\"\",\"d9\",\"d10\"]"),
        ),
        (
            "topk",
            vec![percent(1.0), ints(&[4, 4, 5])],
            Some("[\"4\"]"),
        ),
        ("topk", vec![constant(3), nothing()], None),
    ];
    for (name, arguments, expected) in cases {
        let result = Use::new(name, &arguments).result_of_all();
        assert_eq!(
            result.as_deref(),
            expected,
            "{name} of {:?}",
            arguments
                .iter()
                .filter_map(|a| match a {
                    Argument::Values(column) => Some(column),
                    Argument::Constant(_) => None,
                })
                .collect::<Vec<_>>()
        );
    }
}

#[test]
fn selectors_take_the_ends_of_time() {
    let at = times(&[30, 10, 10, 20, 30]);
    let position = Argument::Values(Arc::new(UInt64Array::from(vec![0, 2, 1, 3, 4])));
    let cases: Vec<(&str, Argument, Option<&str>)> = vec![
        ("earliest", ints(&[1, 2, 3, 4, 5]), Some("3")),
        ("latest", ints(&[1, 2, 3, 4, 5]), Some("1")),
        (
            "earliest",
            maybe_ints(&[Some(1), None, None, Some(4), None]),
            Some("4"),
        ),
        (
            "latest",
            text(&[None, Some("a"), Some("b"), Some("c"), None]),
            Some("c"),
        ),
        ("earliest", at.clone(), Some("10")),
        ("latest", at.clone(), Some("30")),
        (
            "latest",
            flags(&[Some(true), None, None, None, None]),
            Some("1"),
        ),
        (
            "latest",
            json(&["null", "1", "2", "{\"a\":1}", "null"]),
            Some("{\"a\":1}"),
        ),
        (
            "earliest",
            numbers(&[
                None,
                Some(Number::Float(2.5)),
                Some(Number::Int(7)),
                None,
                None,
            ]),
            Some("7"),
        ),
        ("earliest", maybe_ints(&[None; 5]), None),
    ];
    for (name, column, expected) in cases {
        let result = Use::new(name, &[column, at.clone(), position.clone()]).result_of_all();
        assert_eq!(result.as_deref(), expected, "{name}");
    }
    let rates: Vec<(Argument, Option<&str>)> = vec![
        // From 3 at 10 ms to 23 at 30 ms, in bins of 5 minutes, per minute.
        (ints(&[23, 0, 3, 9, 0]), Some("4")),
        (words(&["x", "x", "10", "30", "y"]), Some("4")),
        (ints(&[5; 5]), Some("0")),
        (maybe_ints(&[None, None, None, Some(8), None]), Some("0")),
        (words(&["x"; 5]), None),
        (
            maybe_ints(&[Some(i64::MAX), None, Some(i64::MAX - 10), None, None]),
            Some("2"),
        ),
    ];
    for (column, expected) in rates {
        let arguments = [
            column,
            constant(60_000),
            constant(300_000),
            at.clone(),
            position.clone(),
        ];
        assert_eq!(
            Use::new("rate", &arguments).result_of_all().as_deref(),
            expected
        );
    }
}

#[test]
fn constants_are_checked() {
    let column = ints(&[1]);
    for (name, arguments, message) in [
        (
            "pct",
            vec![column.clone(), percent(101.0)],
            "pct takes a percentage from 0 to 100, not 101",
        ),
        (
            "pct",
            vec![column.clone(), column.clone()],
            "argument 2 of pct must be a constant number",
        ),
        (
            "topk",
            vec![constant(0), column.clone()],
            "topk takes a whole number from 1 to 10000, not 0",
        ),
        (
            "topk",
            vec![percent(1.5), column.clone()],
            "topk takes a whole number from 1 to 10000, not 1.5",
        ),
    ] {
        let call = Use::new(name, &arguments);
        let error = call
            .with(|args| call.function.create_groups_accumulator(args))
            .err()
            .expect("error");
        assert!(error.to_string().contains(message), "{error}");
    }
    let error = super::find("sum")
        .expect("sum")
        .return_type(&[])
        .expect_err("no argument");
    assert!(
        error.to_string().contains("sum takes 1 arguments, not 0"),
        "{error}"
    );
}

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
        "min" | "sortsfirst" => sorted.first().map(|text| (*text).to_owned()),
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
        for function in super::AGGREGATES
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
