//! `sort`.

use crate::bind::{Binder, expr, quoted_list};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{SortKey, Step};
use crate::syntax;

impl Binder<'_> {
    pub(in crate::bind) fn sort(&mut self, keys: &[syntax::SortKey]) {
        let mut bound = Vec::new();
        for key in keys {
            // Spec 6.3 (c): a raw name after the only `stats`, or after `pattern`, cannot order
            // anything.
            if self.scope.closed()
                && self.single_stats
                && !self.scope.has_text(key.expr.span.text(self.text))
            {
                let unknown: Vec<String> = expr::field_names(&key.expr, self.text, &self.scope)
                    .into_iter()
                    .filter(|(path, _)| self.scope.resolve(path).is_none())
                    .map(|(path, _)| path.text)
                    .collect();
                if !unknown.is_empty() {
                    let list = quoted_list(&unknown.iter().collect::<Vec<_>>());
                    let help = self.scope.suggest(&unknown[0]);
                    let stage = if self.mines() { "pattern" } else { "stats" };
                    self.report(Diagnostic {
                        help: Some(help),
                        ..Diagnostic::warning(
                            codes::IGNORED_SORT,
                            key.expr.span,
                            format!(
                                "{list} does not exist after `{stage}`; sorting by it was ignored"
                            ),
                        )
                    });
                    continue;
                }
            }
            if let Some(expr) = self.expr(&key.expr) {
                bound.push(SortKey {
                    expr,
                    descending: key.descending,
                });
            }
        }
        if !bound.is_empty() {
            self.steps.push(Step::Sort(bound));
        }
    }
}
