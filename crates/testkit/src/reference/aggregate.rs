//! Aggregates, selectors and time-series functions of `stats` (spec 7.7, 7.8).

use std::collections::BTreeMap;

use flowgauge_event::{Number, Period, Value};
use flowgauge_ql::pipeline::Expr;

use super::convert::{float, int, number, scalar};
use super::expression::Evaluator;
use super::{Working, json, order};

/// The rows of one group.
#[derive(Clone, Copy)]
pub(super) struct Group<'a> {
    pub(super) rows: &'a [Working<'a>],
    /// Period of the `bin` among the keys, which `rate` needs.
    pub(super) bin: Option<Period>,
}

/// The value of an aggregate over a group. Fails on a function that does not exist.
pub(super) fn compute(
    evaluator: &Evaluator<'_>,
    name: &str,
    args: &[Expr],
    group: Group<'_>,
) -> Result<Value, String> {
    let field = if name == "topk" { 1 } else { 0 };
    let Some(field) = args.get(field) else {
        return match name {
            "count" | "countOverTime" => Ok(int(group.rows.len() as i64)),
            _ => Err(format!("`{name}` lacks an argument")),
        };
    };
    let mut cells = Vec::new();
    for row in group.rows {
        let value = evaluator.eval(field, row)?;
        if !value.is_missing() {
            cells.push((row, value));
        }
    }
    if let "count" | "countOverTime" = name {
        return Ok(int(cells.len() as i64));
    }
    cells.retain(|(_, value)| !scalar(value.clone()).is_missing());
    let values: Vec<&Value> = cells.iter().map(|(_, value)| value).collect();
    let numbers: Vec<Number> = values.iter().filter_map(|value| number(value)).collect();
    let constant = |index: usize| -> Result<Option<Number>, String> {
        let row = Working {
            event: None,
            columns: BTreeMap::new(),
            position: 0,
        };
        args.get(index)
            .map(|arg| evaluator.eval(arg, &row))
            .transpose()
            .map(|value| value.as_ref().and_then(number))
    };
    Ok(match name {
        "countDistinct" => int(distinct(&values).len() as i64),
        "sum" | "sumOverTime" => sum(&numbers),
        "avg" => mean(&numbers).map_or(Value::Missing, float),
        "variance" => variance(&numbers).map_or(Value::Missing, float),
        "stddev" => variance(&numbers).map_or(Value::Missing, |variance| float(variance.sqrt())),
        "median" => percentile(&numbers, 50.0),
        "pct" => match constant(1)? {
            Some(percent) => percentile(&numbers, percent.as_f64()),
            None => Value::Missing,
        },
        "min" | "max" => {
            // A placeholder such as the `-` of flow logs is no smallest number: text counts only
            // in a group without any number.
            let mut among = values;
            if !numbers.is_empty() {
                among.retain(|value| number(value).is_some());
            }
            extreme(&among, name == "max").map_or(Value::Missing, time_as_number)
        }
        "sortsFirst" | "sortsLast" => {
            extreme(&values, name == "sortsLast").unwrap_or(Value::Missing)
        }
        "earliest" => first_by_time(&cells, false).map_or(Value::Missing, time_as_number),
        "latest" => first_by_time(&cells, true).map_or(Value::Missing, time_as_number),
        "values" => match distinct(&values) {
            distinct if distinct.is_empty() => Value::Missing,
            distinct => Value::List(distinct.into_iter().map(|(text, _)| text).collect()),
        },
        "topk" => match (constant(0)?.and_then(Number::truncate), distinct(&values)) {
            (Some(k), mut distinct) if !distinct.is_empty() => {
                // Stable: equal counts stay in sort order.
                distinct.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
                distinct.truncate(usize::try_from(k).unwrap_or(0));
                Value::Structure(json::string_array(
                    distinct.into_iter().map(|(text, _)| text),
                ))
            }
            _ => Value::Missing,
        },
        "rate" => match args.get(1) {
            Some(Expr::Period(period)) => {
                cells.retain(|(_, value)| number(value).is_some());
                rate(&cells, *period, group.bin)
            }
            other => return Err(format!("expected a period, found {other:?}")),
        },
        _ => return Err(format!("the reference evaluator has no aggregate `{name}`")),
    })
}

/// The first or the last value in sort order.
fn extreme(values: &[&Value], last: bool) -> Option<Value> {
    let compare = |a: &&&Value, b: &&&Value| order::compare(a, b);
    let found = if last {
        values.iter().max_by(compare)
    } else {
        values.iter().min_by(compare)
    };
    found.map(|value| (**value).clone())
}

/// A value with the row it comes from.
type Cell<'a> = (&'a Working<'a>, Value);

/// Printed values and how often each occurs, in sort order.
fn distinct(values: &[&Value]) -> Vec<(String, usize)> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| order::compare(a, b));
    let mut counts: Vec<(String, usize)> = Vec::new();
    for value in sorted {
        let Some(text) = value.print() else {
            continue;
        };
        match counts.iter_mut().find(|(known, _)| *known == text) {
            Some((_, count)) => *count += 1,
            None => counts.push((text.into_owned(), 1)),
        }
    }
    counts
}

/// Integers add exactly; one float makes the sum a float.
pub(super) fn sum(numbers: &[Number]) -> Value {
    if numbers.is_empty() {
        return Value::Missing;
    }
    let mut whole: i128 = 0;
    let mut rest = 0.0;
    let mut exact = true;
    for number in numbers {
        match number {
            Number::Int(value) => whole += i128::from(*value),
            Number::Float(value) => {
                rest += value;
                exact = false;
            }
        }
    }
    match i64::try_from(whole) {
        Ok(whole) if exact => int(whole),
        _ => float(whole as f64 + rest),
    }
}

fn mean(numbers: &[Number]) -> Option<f64> {
    match sum(numbers) {
        Value::Number(sum) => Some(sum.as_f64() / numbers.len() as f64),
        _ => None,
    }
}

/// Variance of the population. It is that of the distances from any value; from one of the values
/// themselves they are exact where the values are alike.
fn variance(numbers: &[Number]) -> Option<f64> {
    let first = numbers.first()?.as_f64();
    let count = numbers.len() as f64;
    let distances: Vec<f64> = numbers
        .iter()
        .map(|number| number.as_f64() - first)
        .collect();
    let mean = distances.iter().sum::<f64>() / count;
    let squares = distances.iter().map(|distance| (distance - mean).powi(2));
    Some(squares.sum::<f64>() / count)
}

/// Nearest rank: the smallest value that at least `percent` of the values do not exceed.
pub(super) fn percentile(numbers: &[Number], percent: f64) -> Value {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(|a, b| a.compare(*b));
    let rank = (percent / 100.0 * sorted.len() as f64).ceil().max(1.0) as usize;
    sorted
        .get(rank - 1)
        .map_or(Value::Missing, |number| Value::Number(*number))
}

/// The value of the row with the smallest (or largest) time; ties go to the first in input order.
/// Rows without a time do not count.
fn first_by_time(cells: &[Cell<'_>], latest: bool) -> Option<Value> {
    let timed = cells
        .iter()
        .filter_map(|(row, value)| Some((row.timestamp()?, row.position, value)));
    let found = if latest {
        timed.min_by_key(|(millis, position, _)| (std::cmp::Reverse(*millis), *position))
    } else {
        timed.min_by_key(|(millis, position, _)| (*millis, *position))
    };
    found.map(|(_, _, value)| value.clone())
}

/// Time aggregates are numbers (spec 7.7).
fn time_as_number(value: Value) -> Value {
    match value {
        Value::Time(millis) => int(millis),
        other => other,
    }
}

/// (last − first) ÷ (bin length ÷ period); missing without a `bin` among the keys.
fn rate(cells: &[Cell<'_>], period: Period, bin: Option<Period>) -> Value {
    let first = first_by_time(cells, false).as_ref().and_then(number);
    let last = first_by_time(cells, true).as_ref().and_then(number);
    let (Some(first), Some(last), Some(bin)) = (first, last, bin) else {
        return Value::Missing;
    };
    let change = last.as_f64() - first.as_f64();
    let periods = bin.approx_millis() as f64 / period.approx_millis() as f64;
    float(change / periods)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{Context, Inputs, Row};
    use flowgauge_event::PeriodUnit;
    use flowgauge_ql::Pipeline;
    use flowgauge_ql::pipeline::Literal;

    /// Computes an aggregate over rows of (time, value); other arguments are constants.
    fn over(name: &str, constant: Option<i64>, cells: &[(i64, Value)]) -> Option<String> {
        let events: Vec<Row> = cells
            .iter()
            .map(|(millis, value)| {
                Row::new([("@timestamp", Value::Time(*millis)), ("f", value.clone())])
            })
            .collect();
        let rows: Vec<Working<'_>> = events
            .iter()
            .enumerate()
            .map(|(position, event)| Working {
                event: Some(event),
                columns: BTreeMap::new(),
                position,
            })
            .collect();
        let minute = Period::new(1, PeriodUnit::Minute).expect("period");
        let field = Expr::Source("f".to_owned());
        let args = match (name, constant) {
            ("rate", _) => vec![field, Expr::Period(minute)],
            ("topk", Some(k)) => vec![Expr::number(k), field],
            (_, Some(constant)) => {
                vec![field, Expr::Literal(Literal::Number(Number::Int(constant)))]
            }
            (_, None) => vec![field],
        };
        let group = Group {
            rows: &rows,
            bin: Period::new(5, PeriodUnit::Minute),
        };
        let (pipeline, inputs, context) = <(Pipeline, Inputs, Context)>::default();
        compute(
            &Evaluator::new(&pipeline, &inputs, &context),
            name,
            &args,
            group,
        )
        .expect(name)
        .print()
        .map(|text| text.into_owned())
    }

    #[test]
    fn results() {
        let texts = |texts: &[&str]| -> Vec<(i64, Value)> {
            (0..)
                .zip(texts)
                .map(|(millis, text)| (millis, Value::Text((*text).to_owned())))
                .collect()
        };
        let dirty = texts(&["5", "-", "30", "", "5", "1e1"]);
        let none = vec![(0, Value::Missing)];
        let hundred: Vec<(i64, Value)> = (1..=100).map(|n| (n, int(n))).collect();
        let large = texts(&["9223372036854775807", "1"]);
        for (name, constant, cells, expected) in [
            ("count", None, &dirty, Some("6")),
            ("count", None, &none, Some("0")),
            ("countDistinct", None, &dirty, Some("5")),
            ("sum", None, &dirty, Some("50")),
            ("sum", None, &large, Some("9223372036854775808")),
            ("sum", None, &none, None),
            ("avg", None, &dirty, Some("12.5")),
            ("min", None, &dirty, Some("5")),
            ("min", None, &texts(&["b", "a"]), Some("a")),
            ("max", None, &texts(&["b", "-"]), Some("b")),
            ("sortsFirst", None, &dirty, Some("")),
            ("max", None, &dirty, Some("30")),
            ("pct", Some(50), &hundred, Some("50")),
            ("pct", Some(99), &hundred, Some("99")),
            ("pct", Some(1), &dirty, Some("5")),
            ("median", None, &dirty, Some("5")),
            (
                "variance",
                None,
                &texts(&["1", "2", "3", "4"]),
                Some("1.25"),
            ),
            ("stddev", None, &texts(&["2", "2"]), Some("0")),
            ("stddev", None, &none, None),
            ("values", None, &dirty, Some(",-,5,1e1,30")),
            ("values", None, &none, None),
            ("topk", Some(2), &dirty, Some(r#"["5",""]"#)),
            ("earliest", None, &texts(&["b", "a"]), Some("b")),
            ("latest", None, &texts(&["b", "a"]), Some("a")),
            ("sortsFirst", None, &texts(&["10", "x9", "x10"]), Some("x9")),
            ("sortsLast", None, &texts(&["10", "x9", "x10"]), Some("10")),
            ("rate", None, &texts(&["100", "x", "350"]), Some("50")),
            ("rate", None, &none, None),
            ("max", None, &vec![(0, Value::Time(5))], Some("5")),
        ] {
            assert_eq!(
                over(name, constant, cells).as_deref(),
                expected,
                "{name} {cells:?}"
            );
        }
    }

    #[test]
    fn ties_in_time_go_to_the_first_in_the_input() {
        let cells = [(7, int(1)), (7, int(2))];
        assert_eq!(over("earliest", None, &cells).as_deref(), Some("1"));
        assert_eq!(over("latest", None, &cells).as_deref(), Some("1"));
    }
}
