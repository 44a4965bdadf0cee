//! `countFrequent`: like `stats`, it leaves nothing but its columns.

use crate::bind::Binder;
use crate::bind::scope::Scope;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Computed, Step};
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
            if name == COUNT {
                self.report(
                    Diagnostic::error(
                        codes::REDEFINED,
                        field.span,
                        format!("`{COUNT}` is the column of the counts and cannot be counted"),
                    )
                    .with_help("give the field another name first: fields … as n"),
                );
                continue;
            }
            if !after.has_column(&name) {
                after.define(&name);
                keys.push(Computed { name, expr });
            }
        }
        after.define(COUNT);
        let names = keys.iter().map(|key| key.name.as_str());
        self.shown.start_over(names.chain([COUNT]));
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
