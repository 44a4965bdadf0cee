//! `countFrequent`: like `stats`, it leaves nothing but its columns.

use crate::bind::Binder;
use crate::bind::scope::Scope;
use crate::pipeline::{Computed, Expr, Step};
use crate::syntax;

/// The column of the counts.
const COUNT: &str = "_approxcount";

impl Binder<'_> {
    pub(in crate::bind) fn count_frequent(&mut self, fields: &[syntax::Expr]) {
        let mut after = Scope::after_stats();
        let mut keys: Vec<Computed> = Vec::new();
        for field in fields {
            let Some(expr) = self.expr(field) else {
                continue;
            };
            let name = self.column_of(field, &expr);
            if !after.has_column(&name) {
                after.define(&name);
                keys.push(Computed { name, expr });
            }
        }
        after.define(COUNT);
        self.shown.accumulated.clear();
        self.shown.display = None;
        for name in keys.iter().map(|key| key.name.as_str()).chain([COUNT]) {
            self.shown.add(name, Expr::Column(name.to_owned()));
        }
        self.scope = after;
        // What AWS tolerates behind a single `stats` is not known for this command.
        self.before_stats = None;
        self.single_stats = false;
        self.steps.push(Step::CountFrequent {
            keys,
            into: COUNT.to_owned(),
        });
    }
}
