//! `pattern`, and `diff`, `logcompare` and `anomaly` behind it, which add to its step.

use flowgauge_event::{Period, PeriodUnit};

use crate::bind::scope::Scope;
use crate::bind::{Binder, codes};
use crate::diagnostic::Diagnostic;
use crate::pipeline::columns::{
    ANOMALY_DESCRIPTION, ANOMALY_SCORE, ANOMALY_TYPE, COUNT, DIFF_COUNT, DIFF_DESCRIPTION, PATTERN,
    RATIO, SAMPLES, SEVERITY, TOKENS, VISUALIZATION,
};
use crate::pipeline::{Comparison, Expr, Mining, Step};
use crate::syntax::{self, DiffWindow, Stage};

/// Columns that `pattern` shows.
const SHOWN: &[&str] = &[PATTERN, RATIO, COUNT, SEVERITY];
/// Columns that exist and are shown where the query names them.
const HELPERS: &[&str] = &[TOKENS, VISUALIZATION, SAMPLES];
/// Columns that `diff` shows.
const COMPARED: &[&str] = &[PATTERN, COUNT, DIFF_COUNT, DIFF_DESCRIPTION, SEVERITY];
/// Columns that `anomaly` adds.
const UNUSUAL: &[&str] = &[ANOMALY_SCORE, ANOMALY_TYPE, ANOMALY_DESCRIPTION];

impl Binder<'_> {
    pub(in crate::bind) fn pattern(&mut self, field: &syntax::Expr) {
        if let Some(input) = self.expr(field) {
            self.mine(input);
        }
    }

    fn mine(&mut self, input: Expr) {
        self.steps.push(Step::Pattern(Mining {
            input,
            comparison: None,
        }));
        self.scope = Scope::after_stats();
        self.before_stats = None;
        for name in SHOWN.iter().chain(HELPERS) {
            self.scope.define(name);
        }
        self.show_only(SHOWN);
    }

    pub(in crate::bind) fn diff(&mut self, window: DiffWindow, stage: &Stage) {
        let unit = match window {
            DiffWindow::Previous => return self.compare(Comparison::Previous, stage),
            DiffWindow::PreviousDay => PeriodUnit::Day,
            DiffWindow::PreviousWeek => PeriodUnit::Week,
            DiffWindow::PreviousMonth => PeriodUnit::Month,
        };
        self.compare(Comparison::Shifted(Period { count: 1, unit }), stage);
    }

    /// Without a `pattern` before it, the patterns of whole messages are compared.
    pub(in crate::bind) fn logcompare(&mut self, timeshift: Period, stage: &Stage) {
        if !self.mines() {
            let message = "@message".to_owned();
            self.mine(if self.scope.has_column(&message) {
                Expr::Column(message)
            } else {
                Expr::Source(message)
            });
        }
        self.compare(Comparison::Shifted(timeshift), stage);
    }

    /// Whether there is a `pattern` already.
    pub(in crate::bind) fn mines(&self) -> bool {
        self.steps
            .iter()
            .any(|step| matches!(step, Step::Pattern(_)))
    }

    fn compare(&mut self, comparison: Comparison, stage: &Stage) {
        let mining = self.steps.iter_mut().rev().find_map(|step| match step {
            Step::Pattern(mining) => Some(mining),
            _ => None,
        });
        // The order of stages has been judged already.
        let Some(mining) = mining else { return };
        if mining.comparison.replace(comparison).is_some() {
            self.report(
                Diagnostic::error(
                    codes::TOO_MANY_STAGES,
                    stage.keyword,
                    "patterns are compared with one window",
                )
                .with_help("remove this stage, or ask for the other window in a query of its own"),
            );
        }
        for name in [DIFF_COUNT, DIFF_DESCRIPTION] {
            self.scope.define(name);
        }
        let unusual = self.scope.has_column(ANOMALY_SCORE);
        self.show_only(COMPARED);
        if unusual {
            self.show_more(UNUSUAL);
        }
    }

    pub(in crate::bind) fn anomaly(&mut self) {
        for name in UNUSUAL {
            self.scope.define(name);
        }
        self.show_more(UNUSUAL);
    }

    pub(in crate::bind) fn show_only(&mut self, names: &[&str]) {
        self.shown.start_over(names.iter().copied());
    }

    fn show_more(&mut self, names: &[&str]) {
        for name in names {
            self.shown.add(name, Expr::Column((*name).to_owned()));
        }
    }
}
