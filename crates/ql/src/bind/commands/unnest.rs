//! `unnest` and `expand`.

use crate::bind::Binder;
use crate::pipeline::{Expr, Step};
use crate::syntax::{self, Name};

impl Binder<'_> {
    pub(in crate::bind) fn unnest(&mut self, list: &syntax::Expr, into: &Name) {
        let Some(list) = self.expr(list) else { return };
        self.define(&into.text, into.span);
        self.steps.push(Step::Unnest {
            list,
            into: into.text.clone(),
            expand: false,
        });
        self.shown.add(&into.text, Expr::Column(into.text.clone()));
    }

    pub(in crate::bind) fn expand(&mut self, field: &syntax::Expr) {
        let name = self.written_name(field);
        let Some(list) = self.expr(field) else { return };
        self.hide(&name);
        self.steps.push(Step::Unnest {
            list,
            into: name,
            expand: true,
        });
    }
}
