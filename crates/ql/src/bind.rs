//! The binder: names, arguments and the order of stages are checked, leniencies applied, and the
//! syntax tree becomes a [`Pipeline`] of a few kinds of steps.
//!
//! One pass over the stages with a [`Scope`](scope::Scope) that knows which columns exist. After
//! `stats` the scope is closed: only its outputs exist (spec 5.6). The compatibility rewrites of
//! spec 6.3 happen here because only here it is known which names a `stats` produces.

mod commands;
mod expr;
mod inner;
mod options;
mod order;
mod parse_stage;
mod regex_groups;
mod scope;
mod shown;
mod stats;

use crate::codes;
use crate::compile::Options;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Computed, Expr, OutputColumn, Pipeline, SourceSpec, Step};
use crate::span::Span;
use crate::syntax::{self, Aliased, ExprKind, Query, Stage, StageKind};

use inner::Inner;
use scope::{Path, Scope, Sides};
use shown::{Displayed, Shown};

/// What binding gives.
pub struct Bound {
    /// The pipeline; only meaningful when there is no error.
    pub pipeline: Pipeline,
    /// Findings in stage order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Binds a syntax tree. With `incomplete`, stages are missing because they could not be read, and
/// their order is not judged.
pub fn bind(text: &str, query: &Query, options: &Options, incomplete: bool) -> Bound {
    let mut binder = Binder::new(text, options, None, query);
    binder.query(query, incomplete);
    let output = binder.shown.columns(&binder.scope);
    let (pipeline, diagnostics) = binder.finish(output);
    Bound {
        pipeline,
        diagnostics,
    }
}

impl<'a> Binder<'a> {
    fn new(text: &'a str, options: &'a Options, inner: Option<Inner>, query: &Query) -> Self {
        Binder {
            text,
            options,
            inner,
            incomplete: false,
            source: SourceSpec::default(),
            joins: Vec::new(),
            diagnostics: Vec::new(),
            steps: Vec::new(),
            scope: Scope::default(),
            shown: Shown::default(),
            before_stats: None,
            single_stats: query
                .stages
                .iter()
                .filter(|stage| matches!(stage.kind, StageKind::Stats(_)))
                .count()
                <= 1,
            estimate: false,
            in_filter: false,
        }
    }

    /// Binds all stages.
    fn query(&mut self, query: &Query, incomplete: bool) {
        self.incomplete = incomplete;
        if !incomplete {
            order::check(query, &self.options.limits, &mut self.diagnostics);
        }
        order::lint_any(query, &mut self.diagnostics);
        for stage in order::swap_limits(query, &mut self.diagnostics) {
            self.stage(stage);
        }
    }

    fn finish(mut self, output: Vec<OutputColumn>) -> (Pipeline, Vec<Diagnostic>) {
        commands::fill_right_sides(&mut self.steps, &self.joins);
        let pipeline = Pipeline {
            source: self.source,
            steps: self.steps,
            output,
            raw: !self.scope.closed(),
            estimate: self.estimate,
        };
        (pipeline, self.diagnostics)
    }
}

/// State of one binding.
struct Binder<'a> {
    text: &'a str,
    options: &'a Options,
    /// What the query is to the one around it.
    inner: Option<Inner>,
    /// Whether stages are missing.
    incomplete: bool,
    source: SourceSpec,
    /// The sides of the joins so far.
    joins: Vec<Sides>,
    diagnostics: Vec<Diagnostic>,
    steps: Vec<Step>,
    scope: Scope,
    shown: Shown,
    /// The step number of the only `stats` and the scope in front of it, for filters that have
    /// to move there.
    before_stats: Option<(usize, Scope)>,
    single_stats: bool,
    estimate: bool,
    /// Whether the condition of a `filter` is being bound.
    in_filter: bool,
}

impl Binder<'_> {
    fn estimate(&mut self, keyword: Span) {
        if self.inner.is_some() {
            self.report(
                Diagnostic::error(
                    codes::INNER_QUERY,
                    keyword,
                    "`estimate` may not stand in an inner query",
                )
                .with_help("put it at the end of the whole query"),
            );
        }
        self.estimate = true;
    }

    /// Whether the rows have the time of events.
    fn has_time(&self) -> bool {
        !self.scope.closed() || self.scope.has_column("@timestamp")
    }

    fn report(&mut self, finding: Diagnostic) {
        self.diagnostics.push(finding);
    }

    fn stage(&mut self, stage: &Stage) {
        match &stage.kind {
            StageKind::Fields(items) => self.fields(items),
            StageKind::Display(items) => self.display(items),
            StageKind::Filter(condition) => self.filter(condition),
            StageKind::FilterIndex(conditions) => {
                for condition in conditions {
                    self.filter(condition);
                }
            }
            StageKind::Parse(parse) => self.parse_stage(parse, stage.span),
            StageKind::Json { input, path, into } => self.json_stage(input.as_ref(), path, into),
            StageKind::Stats(stats) => self.stats(stats, stage),
            StageKind::Sort(keys) => self.sort(keys),
            StageKind::Limit {
                count,
                any,
                count_span,
            } => self.limit(*count, *any, *count_span),
            StageKind::Dedup(fields) => {
                let fields = fields.iter().filter_map(|field| self.expr(field)).collect();
                self.steps.push(Step::Dedup(fields));
            }
            StageKind::Unnest { list, into } => self.unnest(list, into),
            StageKind::Expand(field) => self.expand(field),
            // Nothing is masked here, so the value is shown as it is (spec 5.10).
            StageKind::Unmask(fields) => {
                for field in fields {
                    self.show_field(field);
                }
            }
            StageKind::Estimate => self.estimate(stage.keyword),
            StageKind::Source(source) => self.source(source),
            StageKind::Join(join) => self.join(join, stage),
            StageKind::AppendCols { options, query } => self.appendcols(options, query, stage),
            StageKind::Lookup(lookup) => self.lookup(lookup),
            StageKind::CidrLookup(lookup) => self.cidrlookup(lookup),
            // What is wrong with the call is told by whoever puts saved queries in.
            StageKind::SavedQuery { .. } => self.reopen(),
            StageKind::Pattern(field) => self.pattern(field),
            StageKind::Diff(window) => self.diff(*window, stage),
            StageKind::LogCompare { timeshift } => self.logcompare(*timeshift, stage),
            StageKind::Anomaly => self.anomaly(),
            StageKind::AddTotals { options, fields } => self.addtotals(stage, options, fields),
            StageKind::AutoRegress { field, alias, lags } => {
                self.autoregress(stage, field, alias.as_ref(), *lags);
            }
            StageKind::Accum { field, alias } => self.accum(field, alias.as_ref()),
            StageKind::FillDown(names) => self.filldown(stage, names),
            StageKind::FillMissing(fills) => self.fillmissing(stage, fills),
            StageKind::Outlier { options, fields } => self.outlier(options, fields),
            StageKind::Sessionize {
                fields,
                maxspan,
                alias,
            } => self.sessionize(stage, fields, *maxspan, alias.as_ref()),
            StageKind::CountFrequent(fields) => self.count_frequent(fields),
            StageKind::RelevantFields { fields, condition } => {
                self.relevant_fields(stage, fields, condition);
            }
        }
    }

    /// After a stage whose columns are not known: later names are not judged.
    fn reopen(&mut self) {
        self.scope.reopen();
        self.before_stats = None;
    }

    fn fields(&mut self, items: &[Aliased]) {
        let defined_before = self.scope.clone();
        let mut shown: Vec<OutputColumn> = Vec::new();
        let mut computed = Vec::new();
        for item in items {
            let Some(expr) = self.expr(&item.expr) else {
                continue;
            };
            let new = self.column_name(item);
            let (name, span) = match &new {
                Some((name, span)) => (name.clone(), *span),
                None => (self.written_name(&item.expr), item.expr.span),
            };
            let own = is_field(&expr, &name);
            if shown.iter().any(|column| column.name == name) {
                if item.alias.is_some() && !own {
                    self.refuse_twice("fields", &name, span);
                }
                continue;
            }
            if new.is_some() && !own {
                if item.alias.is_some() {
                    self.refuse_redefinition(&defined_before, &name, span);
                }
                self.scope.define(&name);
                computed.push(Computed {
                    name: name.clone(),
                    expr,
                });
                let expr = Expr::Column(name.clone());
                shown.push(OutputColumn { name, expr });
            } else {
                if new.is_none() {
                    self.scope.project(&name);
                }
                shown.push(OutputColumn { name, expr });
            }
        }
        self.shown.add_listed(shown);
        if !computed.is_empty() {
            self.steps.push(Step::Compute(computed));
        }
    }

    fn display(&mut self, items: &[Aliased]) {
        let mut computed = Vec::new();
        let mut columns: Vec<Displayed> = Vec::new();
        for item in items {
            let Some(expr) = self.expr(&item.expr) else {
                continue;
            };
            let new = self.column_name(item);
            let (name, span) = match &new {
                Some((name, span)) => (name.clone(), *span),
                None => (self.written_name(&item.expr), item.expr.span),
            };
            if columns.iter().any(|known| known.column.name == name) {
                if item.alias.is_some() && !is_field(&expr, &name) {
                    self.refuse_twice("display", &name, span);
                }
                continue;
            }
            let field = match (&item.expr.kind, &item.alias) {
                (ExprKind::Field(field), None) => Some(Path::of_field(field)),
                _ => None,
            };
            let mut column = OutputColumn { name, expr };
            if new.is_some() {
                self.scope.define(&column.name);
                let shown = Expr::Column(column.name.clone());
                computed.push(Computed {
                    name: column.name.clone(),
                    expr: std::mem::replace(&mut column.expr, shown),
                });
            }
            columns.push(Displayed { column, field });
        }
        if !computed.is_empty() {
            self.steps.push(Step::Compute(computed));
        }
        self.shown.display(columns);
    }

    /// Reports a name that stands for a second value in one stage; the same field once more is no
    /// contradiction.
    fn refuse_twice(&mut self, stage: &str, name: &str, span: Span) {
        self.report(
            Diagnostic::error(
                codes::REDEFINED,
                span,
                format!("`{name}` names two columns of this `{stage}`"),
            )
            .with_help("choose another name after `as`"),
        );
    }

    /// The name of a new column: the alias, or the text of an expression that is not just a field.
    /// `None` for a plain field.
    fn column_name(&self, item: &Aliased) -> Option<(String, Span)> {
        if let Some(alias) = &item.alias {
            return Some((alias.text.clone(), alias.span));
        }
        if matches!(item.expr.kind, ExprKind::Field(_)) {
            return None;
        }
        let name = item.expr.span.text(self.text).trim().to_owned();
        // A text that an earlier `stats` already produced is a reference to that column.
        (!self.scope.has_text(&name)).then_some((name, item.expr.span))
    }

    /// How the header of a plain reference reads: as the user wrote it, back-ticks removed.
    fn written_name(&self, expr: &syntax::Expr) -> String {
        match &expr.kind {
            ExprKind::Field(path) => path.dotted(),
            _ => expr.span.text(self.text).trim().to_owned(),
        }
    }

    /// The column that a command reads or replaces in place: a field's own name.
    fn column_of(&self, written: &syntax::Expr, bound: &Expr) -> String {
        match bound {
            Expr::Column(name) => name.clone(),
            _ => self.written_name(written),
        }
    }

    fn show_field(&mut self, field: &syntax::Expr) {
        if let Some(expr) = self.expr(field) {
            let name = self.written_name(field);
            self.shown.add(&name, expr);
        }
    }

    /// Declares a column that `parse`, `json` or `unnest` makes; a column of that name is an
    /// error. A field that was only shown by that name before now shows the new column: queries
    /// list the names they are going to extract.
    fn define(&mut self, name: &str, span: Span) {
        if self.scope.has_column(name) {
            let scope = self.scope.clone();
            self.refuse_redefinition(&scope, name, span);
        } else if self.scope.is_taken(name) {
            self.hide(name);
            self.report(
                Diagnostic::warning(
                    codes::LEGACY_FORM,
                    span,
                    format!(
                        "`{name}` was shown before this stage defines it; the new value is shown"
                    ),
                )
                .with_help("put this stage before the one that shows the name"),
            );
        }
        self.scope.define(name);
    }

    /// Declares a column of a field's own name, which hides the field from here on, also where it
    /// is shown already.
    fn hide(&mut self, name: &str) {
        self.scope.hide(name);
        self.shown.replace(name);
    }

    fn refuse_redefinition(&mut self, scope: &Scope, name: &str, span: Span) {
        if scope.is_taken(name) {
            self.report(
                Diagnostic::error(
                    codes::REDEFINED,
                    span,
                    format!("`{name}` is defined or shown by an earlier stage and cannot be defined again"),
                )
                .with_help("choose another name after `as`"),
            );
        }
    }
}

/// Whether an expression is the field, or the column, of this name.
fn is_field(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Source(own) | Expr::Column(own) if own == name)
}

/// `` `a`, `b` and `c` ``
fn quoted_list(names: &[&String]) -> String {
    let mut unique: Vec<String> = Vec::new();
    for name in names {
        let quoted = format!("`{name}`");
        if !unique.contains(&quoted) {
            unique.push(quoted);
        }
    }
    match unique.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
