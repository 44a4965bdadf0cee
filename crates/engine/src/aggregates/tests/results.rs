//! Results of small groups.

use std::sync::Arc;

use arrow::array::UInt64Array;
use flowgauge_event::Number;

use super::*;

#[test]
fn names_are_sorted_unique_and_found() {
    let names: Vec<&str> = crate::aggregates::AGGREGATES
        .iter()
        .map(|aggregate| aggregate.name)
        .collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    let all = crate::aggregates::all();
    let internal = all
        .iter()
        .filter(|function| function.name().starts_with('_'));
    assert_eq!(all.len(), names.len() + internal.count());
    assert!(names.iter().all(|name| {
        crate::aggregates::find(name).is_some_and(|function| function.name() == *name)
    }));
    assert!(crate::aggregates::find("nosuch").is_none());
}

#[test]
fn results_of_one_group() {
    let mixed = [Some("10"), None, Some("x"), Some("2.5"), Some("9")];
    let number = [Some(Number::Int(3)), None, Some(Number::Float(2.5))];
    let documented = [
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
        ("min", vec![text(&mixed)], Some("2.5")),
        ("min", vec![words(&["y", "x"])], Some("x")),
        ("max", vec![text(&mixed)], Some("10")),
        ("max", vec![words(&["1", "01", "1.0"])], Some("1.0")),
        ("min", vec![words(&["1", "01", "1.0"])], Some("01")),
        ("min", vec![nothing()], None),
        ("sortsfirst", vec![words(&documented)], Some("!:")),
        ("sortslast", vec![words(&documented)], Some("a12345hfh")),
        (
            "sortslast",
            vec![words(&["5A", "111A", "2345_"])],
            Some("2345_"),
        ),
        ("sortsfirst", vec![json(&["\"b\"", "3", "[1]"])], Some("b")),
        (
            "sortslast",
            vec![times(&[5, 1_000])],
            Some("1970-01-01 00:00:01.000"),
        ),
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
    let error = crate::aggregates::find("sum")
        .expect("sum")
        .return_type(&[])
        .expect_err("no argument");
    assert!(
        error.to_string().contains("sum takes 1 arguments, not 0"),
        "{error}"
    );
}
