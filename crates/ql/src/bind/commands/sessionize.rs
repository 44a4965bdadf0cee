//! `sessionize`: sessions need the event time.

use flowgauge_event::{Period, limits};

use crate::bind::Binder;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Expr, Sessionize, Step};
use crate::syntax::{self, Name, Stage};

/// The column without `as`.
const DEFAULT_NAME: &str = "session_id";

impl Binder<'_> {
    pub(in crate::bind) fn sessionize(
        &mut self,
        stage: &Stage,
        fields: &[syntax::Expr],
        maxspan: Option<Period>,
        alias: Option<&Name>,
    ) {
        let identity: Vec<Expr> = fields.iter().filter_map(|field| self.expr(field)).collect();
        if !self.has_time() {
            self.report(
                Diagnostic::error(
                    codes::UNKNOWN_NAME,
                    stage.keyword,
                    "`sessionize` needs `@timestamp`, which does not exist after `stats`",
                )
                .with_help("put it before `stats`, or add `max(@timestamp) as @timestamp` there"),
            );
            return;
        }
        let Some(time) = self.named_field("@timestamp", stage.keyword) else {
            return;
        };
        let (into, span) = match alias {
            Some(alias) => (alias.text.clone(), alias.span),
            None => (DEFAULT_NAME.to_owned(), stage.span),
        };
        self.define(&into, span);
        self.shown.add_beside(&into, Expr::Column(into.clone()));
        let maxspan = maxspan.map_or(limits::SESSION_GAP_MILLIS, Period::approx_millis);
        self.steps.push(Step::Sessionize(Sessionize {
            identity,
            time,
            maxspan,
            into,
        }));
    }
}
