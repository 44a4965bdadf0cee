//! `relevantfields`: one aggregation over all fields, and a row for each.

use std::sync::Arc;

use datafusion::common::{Column, Result, UnnestOptions, internal_err};
use datafusion::logical_expr::{Expr as Df, lit, when};
use flowgauge_event::TimeRange;
use flowgauge_ql::pipeline::{
    Computed, Expr, Pipeline, RelevantFields, Step, relevance_columns as columns,
};

use super::expr::{field_of, text};
use super::order::ordering;
use super::{Lowering, QueryScope, named};
use crate::catalog::FieldsRequest;
use crate::registry;

impl Lowering {
    pub(super) async fn relevant_fields(&mut self, step: &RelevantFields) -> Result<()> {
        self.run_subqueries(&step.condition).await?;
        let mut arguments = vec![self.condition(&step.condition)?, lit(i64::from(step.named))];
        for field in &step.fields {
            arguments.push(self.expr(&field.expr)?);
        }
        let Some(relevance) = registry::aggregate("_relevance") else {
            return internal_err!("no aggregate is called _relevance");
        };
        let list = self.internal_name("relevance");
        let call = relevance.call(arguments).alias(&list);
        self.rebuild(|plan| plan.aggregate(Vec::<Df>::new(), vec![call]))?;
        let options = UnnestOptions::new().with_preserve_nulls(false);
        let column = Column::new_unqualified(&list);
        self.rebuild(|plan| plan.unnest_columns_with_options(vec![column], options))?;
        self.relevance_columns(&list, &step.fields)?;
        self.raw = false;
        self.limited = false;
        self.exploded = false;
        self.sorted = None;
        Ok(())
    }

    /// Makes the columns of fields out of their structures.
    fn relevance_columns(&mut self, structure: &str, fields: &[Computed]) -> Result<()> {
        let part = |place| field_of(named(structure), place);
        let rank = self.internal_name("rank");
        let values = [
            (columns::FIELD_NAME, name_at(part(1), fields)?),
            (columns::SCORE, part(2)),
            (columns::CONTRIBUTORS, part(3)),
            (columns::CONDITIONAL_MEDIAN, part(4)),
            (columns::BASELINE_MEDIAN, part(5)),
        ];
        let mut exprs = vec![part(0).alias(&rank)];
        self.names.clear();
        for (name, value) in values {
            exprs.push(value.alias(name));
            self.names.insert(name.to_owned(), name.to_owned());
        }
        self.rebuild(|plan| plan.project(exprs))?;
        self.order = vec![ordering(named(&rank), false)];
        Ok(())
    }
}

/// The name of the field at a place.
fn name_at(place: Df, fields: &[Computed]) -> Result<Df> {
    let mut names = (0i64..).zip(fields);
    let Some((first, field)) = names.next() else {
        // No field, no row.
        return Ok(text(""));
    };
    let is = |at: i64| place.clone().eq(lit(at));
    let mut cases = when(is(first), text(&field.name));
    for (at, field) in names {
        cases = cases.when(is(at), text(&field.name));
    }
    cases.end()
}

/// The pipeline with the fields that a `relevantfields` without a list compares.
pub(super) async fn with_fields(
    query: &QueryScope,
    pipeline: Arc<Pipeline>,
    window: TimeRange,
) -> Result<Arc<Pipeline>> {
    let is_open = |step: &RelevantFields| !step.named && step.fields.is_empty();
    let open = pipeline.steps.iter().find_map(|step| match step {
        Step::RelevantFields(step) if is_open(step) => Some(step),
        _ => None,
    });
    let Some(step) = open.filter(|_| !query.dry) else {
        return Ok(pipeline);
    };
    let request = FieldsRequest {
        source: pipeline.source.clone(),
        window,
        without: step.read(),
    };
    let names = query.catalog.fields(&request).await?;
    let mut found: Vec<Computed> = names
        .into_iter()
        .filter(|name| RelevantFields::finds(name))
        .map(|name| Computed {
            expr: Expr::Source(name.clone()),
            name,
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    let mut pipeline = Arc::unwrap_or_clone(pipeline);
    for step in &mut pipeline.steps {
        if let Step::RelevantFields(step) = step
            && is_open(step)
        {
            step.fields = std::mem::take(&mut found);
        }
    }
    Ok(Arc::new(pipeline))
}
