//! `limit` and `limit any`.

use crate::bind::Binder;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::Step;
use crate::span::Span;

impl Binder<'_> {
    pub(in crate::bind) fn limit(&mut self, count: u64, any: bool, span: Span) {
        let most = self.options.limits.max_rows;
        if count == 0 || count > most {
            self.report(Diagnostic::error(
                codes::BAD_ARGUMENT,
                span,
                format!("`limit` takes a number from 1 to {most}, not {count}"),
            ));
        }
        self.steps.push(Step::Limit { count, any });
    }
}
