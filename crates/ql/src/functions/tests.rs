//! Tests of the registry: completeness, unique names, arity, examples.

use std::collections::HashSet;

use super::*;

#[test]
fn the_88_documented_functions_are_here() {
    for (group, expected) in [
        (Group::Numeric, 13),
        (Group::DateTime, 8),
        (Group::General, 9),
        (Group::Json, 4),
        (Group::Ip, 10),
        (Group::Text, 23),
        (Group::Hash, 2),
        (Group::Aggregate, 11),
        (Group::Selector, 4),
        (Group::TimeSeries, 4),
    ] {
        let listed = FUNCTIONS
            .iter()
            .filter(|function| function.documented && function.group == group);
        assert_eq!(listed.count(), expected, "{group:?}");
    }
    let extras: Vec<_> = FUNCTIONS
        .iter()
        .filter(|function| !function.documented)
        .map(|function| function.name)
        .collect();
    assert_eq!(extras, ["unmask", "median"]);
    assert_eq!(FUNCTIONS.len(), 88 + extras.len());
}

#[test]
fn names_and_aliases_are_unique_in_any_case() {
    let mut seen = HashSet::new();
    for function in FUNCTIONS {
        for name in std::iter::once(&function.name).chain(function.aliases) {
            assert!(seen.insert(name.to_ascii_lowercase()), "{name}");
        }
    }
}

#[test]
fn find_ignores_case_and_knows_aliases() {
    for (written, canonical) in [
        ("isipv4insubnet", "isIpv4InSubnet"),
        ("COUNT_DISTINCT", "countDistinct"),
        ("regex_replace", "regexReplace"),
        ("count_over_time", "countOverTime"),
        ("sum_over_time", "sumOverTime"),
        ("StrFTime", "formatDate"),
        ("date_floor", "datefloor"),
        ("date_ceil", "dateceil"),
        ("COLLECT_VALUES", "values"),
        ("median", "median"),
        ("unmask", "unmask"),
    ] {
        assert_eq!(find(written).map(|f| f.name), Some(canonical), "{written}");
    }
    for written in ["ago", "", "count ", "percentile"] {
        assert!(find(written).is_none(), "{written}");
    }
    assert!(names().all(|name| find(name).is_some_and(|f| f.name == name)));
}

#[test]
fn arity_follows_the_parameters() {
    for (name, wrong, right, printed) in [
        ("count", vec![2], vec![0, 1], "at most 1 argument"),
        ("if", vec![2, 4], vec![3], "exactly 3 arguments"),
        ("case", vec![0, 1], vec![2, 3, 20], "at least 2 arguments"),
        ("substr", vec![1, 4], vec![2, 3], "2 or 3 arguments"),
        ("coalesce", vec![0], vec![1, 9], "at least 1 argument"),
        ("now", vec![1], vec![0], "no arguments"),
        ("bin", vec![0, 2], vec![1], "exactly 1 argument"),
    ] {
        let function = find(name).expect(name);
        assert_eq!(function.arity().to_string(), printed, "{name}");
        for count in right {
            assert_eq!(function.check_arity(count), Ok(()), "{name} with {count}");
        }
        for count in wrong {
            assert!(function.check_arity(count).is_err(), "{name} with {count}");
        }
    }
}

#[test]
fn parameters_by_position() {
    for (name, index, expected) in [
        ("pct", 1, Some(Param::ConstantNumber)),
        ("topk", 0, Some(Param::ConstantNumber)),
        ("bin", 0, Some(Param::Period)),
        ("dateceil", 1, Some(Param::Period)),
        ("rate", 1, Some(Param::Period)),
        ("strcontains", 2, Some(Param::Flag)),
        ("regexReplace", 1, Some(Param::Regex)),
        ("isIpInSubnet", 1, Some(Param::Subnet)),
        ("parseDate", 2, Some(Param::ConstantText)),
        ("coalesce", 7, Some(Param::Value)),
        ("count", 0, Some(Param::Value)),
        ("count", 1, None),
        ("now", 0, None),
    ] {
        assert_eq!(find(name).expect(name).param(index), expected, "{name}");
    }
}

#[test]
fn every_function_shows_its_use() {
    let depends_on_the_run = [
        "bin",
        "now",
        "queryStartTime",
        "queryEndTime",
        "queryTimeRange",
    ];
    for function in FUNCTIONS {
        let name = function.name;
        let literal = !function.is_aggregate() && !depends_on_the_run.contains(&name);
        assert_eq!(!function.examples.is_empty(), literal, "{name}");
        assert_eq!(!function.queries.is_empty(), !literal, "{name}");
        let call = format!("{name}(");
        assert!(function.syntax.starts_with(&call), "{name}");
        for (expression, _) in function.examples {
            assert!(expression.contains(&call), "{name}: {expression}");
        }
        for example in function.queries {
            assert!(example.query.contains(&call), "{name}: {}", example.query);
        }
    }
}

#[test]
fn examples_can_be_read() {
    for function in FUNCTIONS {
        let expressions = function.examples.iter();
        let queries = expressions.map(|(expression, _)| format!("fields {expression} as result"));
        let whole = function.queries.iter().map(|e| e.query.to_owned());
        for query in queries.chain(whole) {
            assert_eq!(crate::parser::parse(&query).diagnostics, [], "{query}");
        }
    }
}
