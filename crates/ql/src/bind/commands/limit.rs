//! `limit` and `limit any`.

use flowgauge_event::limits;

use crate::bind::Binder;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::Step;
use crate::span::Span;

impl Binder<'_> {
    pub(in crate::bind) fn limit(&mut self, count: u64, any: bool, span: Span) {
        if count == 0 || count > limits::MAX_ROWS {
            self.report(Diagnostic::error(
                codes::BAD_ARGUMENT,
                span,
                format!(
                    "`limit` takes a number from 1 to {}, not {count}",
                    limits::MAX_ROWS
                ),
            ));
        }
        self.steps.push(Step::Limit { count, any });
    }
}
