//! `filter` and `where`, also behind the only `stats` (spec 6.3 a).

use crate::bind::scope::Scope;
use crate::bind::{Binder, expr, quoted_list};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::Step;
use crate::syntax::{self, ExprKind};

impl Binder<'_> {
    pub(in crate::bind) fn filter(&mut self, condition: &syntax::Expr) {
        self.in_filter = true;
        self.bind_filter(condition);
        self.in_filter = false;
    }

    fn bind_filter(&mut self, condition: &syntax::Expr) {
        if let Some((at, earlier)) = self.before_stats.clone().filter(|_| self.single_stats) {
            self.filter_after_stats(condition, at, earlier);
        } else if let Some(expr) = self.expr(condition) {
            self.steps.push(Step::Filter(expr));
        }
    }

    /// Spec 6.3 (a): conjuncts that use only raw names move before the only `stats`.
    fn filter_after_stats(&mut self, condition: &syntax::Expr, at: usize, earlier: Scope) {
        let conjuncts: Vec<&syntax::Expr> = match &condition.kind {
            ExprKind::And(parts) => parts.iter().collect(),
            _ => vec![condition],
        };
        for conjunct in conjuncts {
            let names = expr::field_names(conjunct, self.text, &self.scope);
            let raw: Vec<&String> = names
                .iter()
                .filter(|(path, _)| self.scope.resolve(path).is_none())
                .map(|(path, _)| &path.text)
                .collect();
            if raw.is_empty() || self.scope.has_text(conjunct.span.text(self.text)) {
                if let Some(expr) = self.expr(conjunct) {
                    self.steps.push(Step::Filter(expr));
                }
            } else if raw.len() == names.len() {
                let after = std::mem::replace(&mut self.scope, earlier.clone());
                let bound = self.expr(conjunct);
                self.scope = after;
                if let Some(expr) = bound {
                    self.steps.insert(at, Step::Filter(expr));
                    self.before_stats = Some((at + 1, earlier.clone()));
                    let list = quoted_list(&raw);
                    self.report(
                        Diagnostic::warning(
                            codes::MOVED_FILTER,
                            conjunct.span,
                            format!("{list} does not exist after `stats`; this condition was applied before it"),
                        )
                        .with_help("write the filter before `stats`"),
                    );
                }
            } else {
                let list = quoted_list(&raw);
                self.report(
                    Diagnostic::error(
                        codes::UNKNOWN_NAME,
                        conjunct.span,
                        format!("Unknown symbols found in or after stats: {}", raw.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", ")),
                    )
                    .with_help(format!(
                        "{list} exists only before `stats`, the rest only after it: split the condition into two filters"
                    )),
                );
            }
        }
    }
}
