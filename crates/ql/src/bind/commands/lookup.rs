//! `lookup` and `cidrlookup`.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Expr, Lookup, LookupMatch, LookupOutput, Step};
use crate::suggest;
use crate::syntax::{self, Name};

use crate::bind::Binder;
use crate::bind::scope::Path;

impl Binder<'_> {
    pub(in crate::bind) fn lookup(&mut self, lookup: &syntax::Lookup) {
        let mut matches = Vec::new();
        for (column, field) in &lookup.matches {
            self.check_column(&lookup.table, column);
            if let Some(value) = self.row_field(field) {
                matches.push((column.text.clone(), value));
            }
        }
        self.push_lookup(lookup, LookupMatch::Equal(matches));
    }

    pub(in crate::bind) fn cidrlookup(&mut self, lookup: &syntax::Lookup) {
        // The parser gives exactly one.
        for (column, field) in &lookup.matches {
            let named = column.span != field.span;
            if named {
                self.check_column(&lookup.table, column);
            }
            if let Some(value) = self.row_field(field) {
                let range = LookupMatch::Range {
                    column: column.text.clone(),
                    named,
                    value,
                };
                self.push_lookup(lookup, range);
            }
        }
    }

    fn push_lookup(&mut self, lookup: &syntax::Lookup, matches: LookupMatch) {
        self.check_table(&lookup.table);
        let mut outputs: Vec<LookupOutput> = Vec::new();
        for (column, name) in &lookup.outputs {
            self.check_column(&lookup.table, column);
            if outputs.iter().any(|output| output.name == name.text) {
                self.report(
                    Diagnostic::error(
                        codes::REDEFINED,
                        name.span,
                        format!("`{}` names two outputs of this stage", name.text),
                    )
                    .with_help("choose another name after `as`"),
                );
            }
            let existing = match lookup.overwrite {
                true => None,
                false => self.scope.resolve(&Path::of_name(&name.text)),
            };
            outputs.push(LookupOutput {
                column: column.text.clone(),
                name: name.text.clone(),
                existing,
            });
        }
        for output in &outputs {
            self.scope.define(&output.name);
            self.shown.replace(&output.name);
            self.shown
                .add_beside(&output.name, Expr::Column(output.name.clone()));
        }
        self.steps.push(Step::Lookup(Lookup {
            table: lookup.table.text.clone(),
            matches,
            outputs,
        }));
    }

    fn check_table(&mut self, table: &Name) {
        let Some(tables) = &self.options.environment.tables else {
            return;
        };
        if tables.iter().any(|known| known.name == table.text) {
            return;
        }
        let names = || tables.iter().map(|known| known.name.as_str());
        let help = match suggest::closest(&table.text, names()) {
            Some(close) => format!("did you mean `{close}`?"),
            None if tables.is_empty() => "no lookup tables are known".to_owned(),
            None => format!(
                "the lookup tables are: {}",
                names().collect::<Vec<_>>().join(", ")
            ),
        };
        self.report(
            Diagnostic::error(
                codes::UNKNOWN_TABLE,
                table.span,
                format!("no lookup table is called `{}`", table.text),
            )
            .with_help(help),
        );
    }

    /// Reports a column that the table, if it is known, does not have.
    fn check_column(&mut self, table: &Name, column: &Name) {
        let tables = self.options.environment.tables.iter().flatten();
        let Some(header) = tables.into_iter().find(|known| known.name == table.text) else {
            return;
        };
        if header.columns.contains(&column.text) {
            return;
        }
        let help = match suggest::closest(&column.text, header.columns.iter().map(String::as_str)) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("its columns are: {}", header.columns.join(", ")),
        };
        self.report(
            Diagnostic::error(
                codes::UNKNOWN_TABLE,
                column.span,
                format!(
                    "the lookup table `{}` has no column `{}`",
                    table.text, column.text
                ),
            )
            .with_help(help),
        );
    }
}
