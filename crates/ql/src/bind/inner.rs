//! Inner queries: the ones in parentheses.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{OutputColumn, Pipeline};
use crate::span::Span;
use crate::syntax::Query;

use super::Binder;

/// What an inner query is to the one around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inner {
    /// A list of values for `in`.
    Values,
    /// Columns for `appendcols`.
    Columns,
    /// The right side of a `join`.
    Right,
}

impl Inner {
    fn name(self) -> &'static str {
        match self {
            Inner::Values => "a subquery",
            Inner::Columns => "the query of `appendcols`",
            Inner::Right => "the right side of `join`",
        }
    }
}

impl Binder<'_> {
    /// A query that gives a list of values.
    pub(super) fn subquery(&mut self, query: &Query, span: Span) -> Option<Pipeline> {
        if !self.in_filter {
            self.report(
                Diagnostic::error(
                    codes::INNER_QUERY,
                    span,
                    "a subquery may only stand in a `filter`",
                )
                .with_help("write `filter field in (…)`"),
            );
        }
        if !self.may_hold(Inner::Values, span) {
            return None;
        }
        let (pipeline, last_fields) = self.inner_query(query, Inner::Values)?;
        // The last `fields` says which columns are the list, whatever other stages have made.
        let columns = last_fields.unwrap_or_else(|| pipeline.output.clone());
        if columns.len() != 1 {
            let names: Vec<String> = columns
                .iter()
                .map(|column| format!("`{}`", column.name))
                .collect();
            self.report(
                Diagnostic::error(
                    codes::INNER_QUERY,
                    span,
                    format!(
                        "a subquery gives one column, this one has {}: {}",
                        names.len(),
                        names.join(", ")
                    ),
                )
                .with_help("end it with `| fields name`"),
            );
            return None;
        }
        Some(Pipeline {
            output: columns,
            ..pipeline
        })
    }

    /// Whether an inner query may stand here; reports it if not.
    pub(super) fn may_hold(&mut self, inner: Inner, span: Span) -> bool {
        let Some(outer) = self.inner else { return true };
        if (outer, inner) == (Inner::Columns, Inner::Values) {
            return true;
        }
        self.report(
            Diagnostic::error(
                codes::INNER_QUERY,
                span,
                format!("{} may not stand inside {}", inner.name(), outer.name()),
            )
            .with_help("inner queries are not nested; run this one by itself"),
        );
        false
    }

    /// Binds an inner query; its findings become findings of this one. Gives also the columns of
    /// its last `fields`. `None` when it has errors.
    pub(super) fn inner_query(
        &mut self,
        query: &Query,
        inner: Inner,
    ) -> Option<(Pipeline, Option<Vec<OutputColumn>>)> {
        let mut binder = Binder::new(self.text, self.options, Some(inner), query);
        binder.query(query, self.incomplete);
        let output = binder.shown.columns(&binder.scope);
        let last_fields = binder.shown.last_fields().map(<[_]>::to_vec);
        let (pipeline, findings) = binder.finish(output);
        let failed = findings.iter().any(Diagnostic::is_error);
        self.diagnostics.extend(findings);
        (!failed).then_some((pipeline, last_fields))
    }
}
