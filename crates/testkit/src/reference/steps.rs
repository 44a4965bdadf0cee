//! The steps of a pipeline (spec chapter 5).

mod accum;
mod addtotals;
mod autoregress;
mod count_frequent;
mod filldown;
mod fillmissing;
mod outlier;
mod relevantfields;
mod sessionize;

use std::collections::{BTreeMap, HashSet};

use flowgauge_event::{Number, Period, Value};
use flowgauge_ql::pipeline::{Computed, Expr, SortKey, Step};

use super::aggregate::Group;
use super::expression::{Evaluator, Frame};
use super::json::{self, Json};
use super::{Working, combine, convert, order, parse, pattern};

type Rows<'a> = Vec<Working<'a>>;

/// Applies one step to all rows in their current order.
pub(super) fn apply<'a>(
    evaluator: &Evaluator<'a>,
    step: &Step,
    mut rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    match step {
        Step::Compute(columns) => {
            for row in &mut rows {
                for column in columns {
                    let value = evaluator.eval(&column.expr, row)?;
                    row.columns.insert(column.name.clone(), value);
                }
            }
            Ok(rows)
        }
        Step::Filter(condition) => {
            let mut kept = Vec::new();
            for row in rows {
                if convert::truth(&evaluator.eval(condition, &row)?) {
                    kept.push(row);
                }
            }
            Ok(kept)
        }
        Step::ParseGlob { input, glob, names } => {
            let regex = parse::glob_regex(glob)?;
            let groups: Vec<(usize, String)> = (1..).zip(names.iter().cloned()).collect();
            each(evaluator, input, rows, |text| {
                Ok(parse::regex(&regex, &groups, false, text))
            })
        }
        Step::ParseRegex {
            input,
            regex,
            groups,
            multi,
        } => {
            let regex = evaluator.regex(regex)?;
            each(evaluator, input, rows, |text| {
                Ok(parse::regex(&regex, groups, *multi, text))
            })
        }
        Step::ParseLogfmt { input, into } => each(evaluator, input, rows, |text| {
            Ok(vec![vec![(into.clone(), parse::logfmt(text))]])
        }),
        Step::ParseCsv { input, names } => each(evaluator, input, rows, |text| {
            Ok(vec![named(names, parse::csv(text))])
        }),
        Step::ParseXml { input, path, into } => each(evaluator, input, rows, |text| {
            Ok(vec![vec![(into.clone(), parse::xml(text, path))]])
        }),
        Step::ParseJson { input, path, into } => {
            for row in &mut rows {
                let value = match evaluator.eval(input, row)? {
                    Value::Text(text) | Value::Structure(text) => json::parse(&text)
                        .as_ref()
                        .and_then(|document| document.at(path))
                        .map_or(Value::Missing, Json::value),
                    _ => Value::Missing,
                };
                row.columns.insert(into.clone(), value);
            }
            Ok(rows)
        }
        Step::Aggregate {
            keys,
            outputs,
            offset,
        } => aggregate(evaluator, keys, outputs, *offset, &rows),
        Step::Sort(keys) => sort(evaluator, keys, rows),
        Step::Limit { count, .. } => {
            rows.truncate(usize::try_from(*count).unwrap_or(usize::MAX));
            Ok(rows)
        }
        Step::Dedup(keys) => dedup(evaluator, keys, rows),
        Step::Unnest { list, into, .. } => unnest(evaluator, list, into, rows),
        Step::Join(step) => combine::join(evaluator, step, rows),
        Step::AppendCols(step) => combine::appendcols(evaluator, step, rows),
        Step::Lookup(step) => combine::lookup(evaluator, step, rows),
        Step::Pattern(mining) => pattern::mine(evaluator, mining, rows),
        Step::AutoRegress { field, columns } => autoregress::apply(evaluator, field, columns, rows),
        Step::Accum { field, into } => accum::apply(evaluator, field, into, rows),
        Step::FillDown(columns) => filldown::apply(evaluator, columns, rows),
        Step::Sessionize(step) => sessionize::apply(evaluator, step, rows),
        Step::Outlier(step) => outlier::apply(evaluator, step, rows),
        Step::FillMissing(step) => fillmissing::apply(evaluator.context, step, rows),
        Step::AddTotals(step) => addtotals::apply(evaluator, step, rows),
        Step::CountFrequent { keys, into } => count_frequent::apply(evaluator, keys, into, &rows),
        Step::RelevantFields(step) => relevantfields::apply(evaluator, step, &rows),
    }
}

/// Pairs names with values; a name without a value is missing.
fn named(names: &[String], values: Vec<Value>) -> Vec<(String, Value)> {
    let mut values = values.into_iter();
    names
        .iter()
        .map(|name| (name.clone(), values.next().unwrap_or(Value::Missing)))
        .collect()
}

/// Replaces each row by one row per set of columns that `extract` finds in the input's text.
/// A missing input is parsed as nothing: the extractors never match it.
fn each<'a>(
    evaluator: &Evaluator<'_>,
    input: &Expr,
    rows: Rows<'a>,
    extract: impl Fn(Option<&str>) -> Result<Vec<Vec<(String, Value)>>, String>,
) -> Result<Rows<'a>, String> {
    let mut out = Vec::new();
    for row in rows {
        let text = convert::text(&evaluator.eval(input, &row)?);
        for columns in extract(text.as_deref())? {
            let mut row = row.clone();
            row.columns.extend(columns);
            out.push(row);
        }
    }
    Ok(out)
}

fn sort<'a>(
    evaluator: &Evaluator<'_>,
    keys: &[SortKey],
    rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    let mut keyed = Vec::new();
    for row in rows {
        let values = keys
            .iter()
            .map(|key| evaluator.eval(&key.expr, &row))
            .collect::<Result<Vec<Value>, String>>()?;
        keyed.push((values, row));
    }
    keyed.sort_by(|(left, _), (right, _)| {
        keys.iter()
            .zip(left.iter().zip(right))
            .map(|(key, (a, b))| {
                let order = order::compare(a, b);
                if key.descending {
                    order.reverse()
                } else {
                    order
                }
            })
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    Ok(keyed.into_iter().map(|(_, row)| row).collect())
}

/// The printed form that decides whether two values are the same; `None` is missing.
fn identity(value: Value) -> Option<String> {
    convert::scalar(value).print().map(|text| text.into_owned())
}

/// A group key: numbers count as they are shown, so that a key does not depend on which of its
/// rows came first.
fn shown(value: Value) -> Value {
    match convert::scalar(value) {
        Value::Number(number) => {
            Number::parse(&number.to_string()).map_or(Value::Missing, Value::Number)
        }
        other => other,
    }
}

fn dedup<'a>(evaluator: &Evaluator<'_>, keys: &[Expr], rows: Rows<'a>) -> Result<Rows<'a>, String> {
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for row in rows {
        let mut values = Vec::new();
        for key in keys {
            values.push(identity(evaluator.eval(key, &row)?));
        }
        if values.iter().any(Option::is_none) || seen.insert(values) {
            kept.push(row);
        }
    }
    Ok(kept)
}

fn unnest<'a>(
    evaluator: &Evaluator<'_>,
    list: &Expr,
    into: &str,
    rows: Rows<'a>,
) -> Result<Rows<'a>, String> {
    let mut out = Vec::new();
    for row in rows {
        let value = evaluator.eval(list, &row)?;
        let elements = parse::array_elements(&value);
        let elements = elements.unwrap_or_else(|| vec![parse::discovered_map(value)]);
        for element in elements {
            let mut row = row.clone();
            row.columns.insert(into.to_owned(), element);
            out.push(row);
        }
    }
    Ok(out)
}

fn aggregate<'a>(
    evaluator: &Evaluator<'_>,
    keys: &[Computed],
    outputs: &[Computed],
    offset: Option<Period>,
    rows: &[Working<'a>],
) -> Result<Rows<'a>, String> {
    let frame = Frame {
        offset,
        group: None,
    };
    // Groups by the printed keys, each with its key values and rows.
    type Members<'a> = (Vec<Value>, Vec<Working<'a>>);
    let mut groups: BTreeMap<Vec<Option<String>>, Members<'a>> = BTreeMap::new();
    for row in rows {
        let mut values = Vec::new();
        for key in keys {
            values.push(shown(evaluator.eval_in(&key.expr, row, frame)?));
        }
        let printed = values.iter().cloned().map(identity).collect();
        let (_, members) = groups
            .entry(printed)
            .or_insert_with(|| (values, Vec::new()));
        members.push(row.clone());
    }
    let mut groups: Vec<Members<'a>> = groups.into_values().collect();
    groups.sort_by(|(left, _), (right, _)| compare_keys(left, right));
    let bin = keys.iter().find_map(|key| bin_period(&key.expr));
    let mut out = Vec::new();
    for (position, (values, members)) in groups.iter().enumerate() {
        let names = keys.iter().map(|key| key.name.clone());
        let mut row = Working {
            event: None,
            columns: names.zip(values.iter().cloned()).collect(),
            position,
        };
        let frame = Frame {
            offset,
            group: Some(Group { rows: members, bin }),
        };
        for output in outputs {
            let value = evaluator.eval_in(&output.expr, &row, frame)?;
            row.columns.insert(output.name.clone(), value);
        }
        out.push(row);
    }
    Ok(out)
}

/// The order of group keys: ascending, one after the other.
fn compare_keys(left: &[Value], right: &[Value]) -> std::cmp::Ordering {
    left.iter()
        .zip(right)
        .map(|(a, b)| order::compare(a, b))
        .find(|order| order.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
}

/// The number of a value that can be added: a time is none.
fn amount(value: &Value) -> Option<Number> {
    match value {
        Value::Time(_) => None,
        other => convert::number(other),
    }
}

/// The period of the `bin` in a group key.
fn bin_period(key: &Expr) -> Option<Period> {
    let mut found = None;
    key.walk(&mut |expr| {
        if let Expr::Call { function, args } = expr
            && function.name.eq_ignore_ascii_case("bin")
            && let Some(Expr::Period(period)) = args.last()
        {
            found = found.or(Some(*period));
        }
    });
    found
}
