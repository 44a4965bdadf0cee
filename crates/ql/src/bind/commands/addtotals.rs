//! `addtotals`: which fields are in play, and the names of the totals.

use crate::bind::Binder;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{ADDED_FIELDS, AddTotals, Computed, Expr, Step};
use crate::span::Span;
use crate::syntax::{self, CommandOption, Literal, Stage};

/// The column of the rows' sums without `fieldname=`.
const DEFAULT_NAME: &str = "Total";

impl Binder<'_> {
    pub(in crate::bind) fn addtotals(
        &mut self,
        stage: &Stage,
        options: &[CommandOption],
        fields: &[syntax::Expr],
    ) {
        let row = self.flag(options, "row", true);
        let summary = self.flag(options, "col", false);
        let (name, span) = self.total_name(options, stage.span);
        let added = match fields {
            [] => self.fields_in_play(),
            listed => self.listed_fields(listed),
        };
        let problem = if !row && !summary {
            Some((
                "`addtotals` with `row=false` adds nothing",
                "write `col=true` for a last row with the sums",
            ))
        } else if added.is_empty() && fields.is_empty() {
            Some((
                "`addtotals` finds no fields: none is shown or made by an earlier stage",
                "name them: addtotals bytes, packets",
            ))
        } else {
            None
        };
        if let Some((problem, help)) = problem {
            self.report(
                Diagnostic::error(codes::BAD_ARGUMENT, stage.span, problem).with_help(help),
            );
            return;
        }
        if summary {
            for column in &added {
                self.hide(&column.name);
                if !fields.is_empty() {
                    let own = Expr::Column(column.name.clone());
                    self.shown.add_beside(&column.name, own);
                }
            }
        }
        if row {
            self.define(&name, span);
            self.shown.add_beside(&name, Expr::Column(name.clone()));
        }
        self.steps.push(Step::AddTotals(AddTotals {
            fields: added,
            total: row.then_some(name),
            summary,
        }));
    }

    fn total_name(&mut self, options: &[CommandOption], stage: Span) -> (String, Span) {
        let Some(option) = self.option(options, "fieldname") else {
            return (DEFAULT_NAME.to_owned(), stage);
        };
        match &option.value {
            Literal::Text(text) if !text.is_empty() => (text.clone(), option.value_span),
            _ => {
                self.bad_option(option, "a name");
                (DEFAULT_NAME.to_owned(), stage)
            }
        }
    }

    fn listed_fields(&mut self, fields: &[syntax::Expr]) -> Vec<Computed> {
        let mut added: Vec<Computed> = Vec::new();
        for field in fields {
            let Some(expr) = self.expr(field) else {
                continue;
            };
            let name = self.column_of(field, &expr);
            // A field that is listed twice is added once, as in a sum of columns.
            if !added.iter().any(|known| known.name == name) {
                added.push(Computed { name, expr });
            }
        }
        added
    }

    /// Every column that a stage made, and every field that is shown.
    fn fields_in_play(&self) -> Vec<Computed> {
        let fields = self.shown.named().filter_map(|column| match &column.expr {
            Expr::Source(name) => Some((column.name.clone(), Expr::Source(name.clone()))),
            _ => None,
        });
        let made = self.scope.columns();
        let made = made.map(|name| (name.to_owned(), Expr::Column(name.to_owned())));
        let mut added: Vec<Computed> = Vec::new();
        for (name, expr) in fields.chain(made) {
            let known = added.iter().any(|other| other.name == name);
            if !known && !ADDED_FIELDS.contains(&name.as_str()) {
                added.push(Computed { name, expr });
            }
        }
        added
    }
}
