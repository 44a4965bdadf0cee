//! What a pipeline reads, and in which order it wants it: found out before anything is planned.

use std::collections::{BTreeSet, HashSet};

use flowgauge_ql::pipeline::{Expr, LookupMatch, Pipeline, Step};

/// The source fields that a pipeline reads, under the user's spellings.
pub fn source_fields(pipeline: &Pipeline) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    each_expr(pipeline, |part| {
        if let Expr::Source(name) = part {
            fields.insert(name.clone());
        }
    });
    fields
}

/// The columns that some step or the output reads. Row order and selectors read the event time
/// without naming it.
pub fn read_columns(pipeline: &Pipeline) -> HashSet<String> {
    let mut columns = HashSet::from(["@timestamp".to_owned()]);
    each_expr(pipeline, |part| {
        if let Expr::Column(name) = part {
            columns.insert(name.clone());
        }
    });
    columns
}

/// Calls `visit` with every expression of a pipeline and every part of it.
fn each_expr(pipeline: &Pipeline, mut visit: impl FnMut(&Expr)) {
    let mut note = |expr: &Expr| expr.walk(&mut visit);
    for step in &pipeline.steps {
        match step {
            Step::Compute(items) => items.iter().for_each(|item| note(&item.expr)),
            Step::Filter(expr) => note(expr),
            Step::ParseGlob { input, .. }
            | Step::ParseRegex { input, .. }
            | Step::ParseLogfmt { input, .. }
            | Step::ParseCsv { input, .. }
            | Step::ParseXml { input, .. }
            | Step::ParseJson { input, .. } => note(input),
            Step::Aggregate { keys, outputs, .. } => {
                keys.iter().chain(outputs).for_each(|item| note(&item.expr))
            }
            Step::Sort(keys) => keys.iter().for_each(|key| note(&key.expr)),
            Step::Limit { .. } => {}
            Step::Dedup(fields) => fields.iter().for_each(&mut note),
            Step::Unnest { list, .. } => note(list),
            Step::Join(join) => note(&join.left),
            Step::AppendCols(append) => {
                let replaced = append.columns.iter().flat_map(|column| &column.replaced);
                replaced.for_each(&mut note);
            }
            Step::Lookup(lookup) => {
                match &lookup.matches {
                    LookupMatch::Equal(pairs) => pairs.iter().for_each(|(_, value)| note(value)),
                    LookupMatch::Range { value, .. } => note(value),
                }
                let existing = lookup.outputs.iter().flat_map(|output| &output.existing);
                existing.for_each(&mut note);
            }
            Step::Pattern(mining) => note(&mining.input),
            Step::AutoRegress { field, .. } | Step::Accum { field, .. } => note(field),
            Step::FillDown(items) => items.iter().for_each(|item| note(&item.expr)),
            Step::Sessionize(step) => {
                step.identity.iter().for_each(&mut note);
                note(&step.time);
            }
            Step::Outlier(step) => step.fields.iter().for_each(|item| note(&item.expr)),
            Step::FillMissing(_) => {}
            Step::AddTotals(step) => step.fields.iter().for_each(|item| note(&item.expr)),
            Step::CountFrequent { keys, .. } => keys.iter().for_each(|item| note(&item.expr)),
            Step::RelevantFields(step) => {
                note(&step.condition);
                step.fields.iter().for_each(|item| note(&item.expr));
            }
        }
    }
    pipeline.output.iter().for_each(|column| note(&column.expr));
}

/// Whether a plan has several sorts on top of each other.
pub fn sorts_repeatedly(pipeline: &Pipeline) -> bool {
    pipeline.steps.iter().any(|step| {
        matches!(
            step,
            Step::AutoRegress { .. }
                | Step::Accum { .. }
                | Step::FillDown(_)
                | Step::Sessionize(_)
                | Step::Outlier(_)
                | Step::FillMissing(_)
                | Step::AddTotals(_)
        )
    })
}

/// Whether a query's answer begins with the newest events, so that reading should too.
pub fn wants_newest(pipeline: &Pipeline) -> bool {
    for step in &pipeline.steps {
        match step {
            Step::Aggregate { .. }
            | Step::Pattern(_)
            | Step::CountFrequent { .. }
            | Step::RelevantFields(_)
            | Step::Limit { any: true, .. } => {
                return false;
            }
            Step::Limit { any: false, .. } => return true,
            Step::Sort(keys) => {
                return keys.first().is_some_and(|key| {
                    key.descending
                        && matches!(&key.expr, Expr::Source(name) if name == "@timestamp")
                });
            }
            _ => {}
        }
    }
    true
}
