//! `accum`: a new column, or the field's own.

use crate::bind::Binder;
use crate::pipeline::{Expr, Step};
use crate::syntax::{self, Name};

impl Binder<'_> {
    pub(in crate::bind) fn accum(&mut self, field: &syntax::Expr, alias: Option<&Name>) {
        let Some(expr) = self.expr(field) else { return };
        let into = match alias {
            Some(alias) => {
                self.define(&alias.text, alias.span);
                alias.text.clone()
            }
            None => {
                let own = self.column_of(field, &expr);
                self.hide(&own);
                own
            }
        };
        self.shown.add_beside(&into, Expr::Column(into.clone()));
        self.steps.push(Step::Accum { field: expr, into });
    }
}
