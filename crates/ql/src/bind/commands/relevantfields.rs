//! `relevantfields`: like `pattern`, it needs events and leaves nothing but its columns.

use crate::bind::scope::Scope;
use crate::bind::{Binder, codes};
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Computed, Expr, RelevantFields, Step, relevance_columns};
use crate::syntax::{self, Stage};

impl Binder<'_> {
    pub(in crate::bind) fn relevant_fields(
        &mut self,
        stage: &Stage,
        fields: &[syntax::Expr],
        condition: &syntax::Expr,
    ) {
        if self.scope.closed() {
            self.report(
                Diagnostic::error(
                    codes::STAGE_ORDER,
                    stage.keyword,
                    "`relevantfields` needs log events, not the result of another stage",
                )
                .with_help("put it before that stage, or remove one of the two"),
            );
        }
        let mut ranked: Vec<Computed> = Vec::new();
        for field in fields {
            let Some(expr) = self.expr(field) else {
                continue;
            };
            let name = self.column_of(field, &expr);
            if self.is_parsed(&expr) {
                self.report(
                    Diagnostic::error(
                        codes::BAD_ARGUMENT,
                        field.span,
                        format!("Query cannot be compiled: `{name}` was made by `parse`"),
                    )
                    .with_help("`relevantfields` compares fields that the events have themselves"),
                );
            } else if !ranked.iter().any(|known| known.name == name) {
                ranked.push(Computed { name, expr });
            }
        }
        // A subquery may stand here as in a `filter`.
        self.in_filter = true;
        let condition = self.expr(condition);
        self.in_filter = false;
        if let Some(condition) = condition {
            self.steps.push(Step::RelevantFields(RelevantFields {
                condition,
                fields: ranked,
                named: !fields.is_empty(),
            }));
        }
        self.scope = Scope::after_stats();
        self.before_stats = None;
        self.single_stats = false;
        for name in relevance_columns::ALL {
            self.scope.define(name);
        }
        self.show_only(relevance_columns::ALL);
    }

    /// Whether the value, or what it is a part of, is a column that a `parse` made.
    fn is_parsed(&self, expr: &Expr) -> bool {
        let mut parsed = false;
        expr.walk(&mut |part| {
            if let Expr::Column(name) = part {
                parsed |= self.steps.iter().any(|step| parses_into(step, name));
            }
        });
        parsed
    }
}

/// Whether a step makes a column of text that it takes apart.
fn parses_into(step: &Step, name: &str) -> bool {
    match step {
        Step::ParseGlob { names, .. } | Step::ParseCsv { names, .. } => {
            names.iter().any(|made| made == name)
        }
        Step::ParseRegex { groups, .. } => groups.iter().any(|(_, made)| made == name),
        Step::ParseLogfmt { into, .. }
        | Step::ParseXml { into, .. }
        | Step::ParseJson { into, .. } => into == name,
        _ => false,
    }
}
