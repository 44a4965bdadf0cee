//! `stats`: group keys, aggregates, expressions over aggregates, references inside the stage.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Computed, Expr, Step};
use crate::syntax::{Aliased, ExprKind, Stage, Stats};

use super::Binder;
use super::scope::Scope;

impl Binder<'_> {
    pub(super) fn stats(&mut self, stats: &Stats, stage: &Stage) {
        let earlier = self.scope.clone();
        let mut after = Scope::after_stats();
        let mut keys: Vec<Computed> = Vec::new();
        for item in &stats.by {
            if let Some(expr) = self.key_expr(&item.expr) {
                self.add_output(item, expr, &mut keys, &mut after);
            }
        }
        let mut outputs: Vec<Computed> = Vec::new();
        for item in &stats.outputs {
            if let Some(expr) = self.aggregate_expr(&item.expr, &after) {
                self.refuse_topk_company(item, stats);
                self.add_output(item, expr, &mut outputs, &mut after);
            }
        }
        let at = self.steps.len();
        if stats.offset.is_some() && !keys.iter().any(|key| has_bin(&key.expr)) {
            self.report(
                Diagnostic::warning(
                    codes::NO_EFFECT,
                    stage.span,
                    "`offset` shifts the boundaries of `bin`, and no key is one",
                )
                .with_help("group by bin(1h), or leave `offset` out"),
            );
        }
        let names = keys.iter().chain(&outputs);
        self.shown
            .start_over(names.map(|computed| computed.name.as_str()));
        self.before_stats = Some((at, earlier));
        self.scope = after;
        self.steps.push(Step::Aggregate {
            keys,
            outputs,
            offset: stats.offset,
        });
    }

    /// Names an output and puts it into the scope after the stage; the same expression under the
    /// same name twice is one column, another expression under a taken name is an error.
    fn add_output(
        &mut self,
        item: &Aliased,
        expr: Expr,
        list: &mut Vec<Computed>,
        after: &mut Scope,
    ) {
        let text = item.expr.span.text(self.text).trim();
        let (name, span) = match (&item.alias, &item.expr.kind) {
            (Some(alias), _) => (alias.text.clone(), alias.span),
            (None, ExprKind::Field(path)) => (path.dotted(), item.expr.span),
            (None, _) => (text.to_owned(), item.expr.span),
        };
        if after.has_column(&name) {
            if item.alias.is_none() && after.column_of_text(text) == Some(name.as_str()) {
                return;
            }
            self.report(
                Diagnostic::error(
                    codes::REDEFINED,
                    span,
                    format!("`{name}` names two outputs of this `stats`"),
                )
                .with_help("choose another name after `as`"),
            );
            return;
        }
        after.define(&name);
        after.define_text(text, &name);
        list.push(Computed { name, expr });
    }

    fn refuse_topk_company(&mut self, item: &Aliased, stats: &Stats) {
        let ExprKind::Call { name, .. } = &item.expr.kind else {
            return;
        };
        if name.text.eq_ignore_ascii_case("topk")
            && (stats.outputs.len() > 1 || !stats.by.is_empty())
        {
            self.report(
                Diagnostic::error(
                    codes::BAD_ARGUMENT,
                    item.expr.span,
                    "`topk` stands alone in its `stats`: no other aggregate, no `by`",
                )
                .with_help("count by the field, sort and limit instead"),
            );
        }
    }
}

/// Whether a key is, or contains, a `bin`.
fn has_bin(key: &Expr) -> bool {
    let mut found = false;
    key.walk(&mut |part| {
        found |= matches!(part, Expr::Call { function, .. } if function.name == "bin");
    });
    found
}
