//! `filldown`: names are fields, names with stars choose among the shown columns.

use crate::bind::Binder;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Computed, Expr, OutputColumn, Step};
use crate::syntax::{Name, Stage};

impl Binder<'_> {
    pub(in crate::bind) fn filldown(&mut self, stage: &Stage, names: &[Name]) {
        let shown = self.shown.columns(&self.scope);
        let mut chosen: Vec<OutputColumn> = Vec::new();
        let mut choose = |column: OutputColumn| {
            if !chosen.iter().any(|other| other.name == column.name) {
                chosen.push(column);
            }
        };
        if names.is_empty() {
            let made = self.scope.columns().map(|name| OutputColumn {
                name: name.to_owned(),
                expr: Expr::Column(name.to_owned()),
            });
            made.chain(self.shown.named().cloned())
                .for_each(&mut choose);
        }
        for name in names {
            if name.text.contains('*') {
                let mut matching = shown
                    .iter()
                    .filter(|column| matches(&name.text, &column.name))
                    .peekable();
                if matching.peek().is_none() {
                    self.no_match(name, &shown);
                }
                matching.cloned().for_each(&mut choose);
                continue;
            }
            let known = shown.iter().find(|column| column.name == name.text);
            match known {
                Some(column) => choose(column.clone()),
                None => {
                    if let Some(expr) = self.named_field(&name.text, name.span) {
                        choose(OutputColumn {
                            name: name.text.clone(),
                            expr,
                        });
                    }
                }
            }
        }
        if chosen.is_empty() {
            // A pattern of names that chose nothing has been reported.
            if names.is_empty() {
                self.report(
                    Diagnostic::warning(
                        codes::NO_EFFECT,
                        stage.span,
                        "`filldown` finds no fields: none is shown or made by an earlier stage",
                    )
                    .with_help("name them: filldown user host"),
                );
            }
            return;
        }
        let mut columns = Vec::new();
        for OutputColumn { name, expr } in chosen {
            self.hide(&name);
            // What is named should be seen, unless nothing is shown but the events themselves.
            if !names.is_empty() {
                self.shown.add_beside(&name, Expr::Column(name.clone()));
            }
            columns.push(Computed { name, expr });
        }
        self.steps.push(Step::FillDown(columns));
    }

    fn no_match(&mut self, name: &Name, shown: &[OutputColumn]) {
        let columns: Vec<&str> = shown.iter().map(|column| column.name.as_str()).collect();
        self.report(
            Diagnostic::error(
                codes::UNKNOWN_NAME,
                name.span,
                format!("no shown column matches `{}`", name.text),
            )
            .with_help(format!(
                "a star chooses among the columns shown so far: {}",
                columns.join(", ")
            )),
        );
    }
}

/// Whether a name matches a pattern in which `*` stands for any text.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, name, expected) in [
            ("cpu*", "cpu_user", true),
            ("cpu*", "cpu", true),
            ("cpu*", "mcpu", false),
            ("*", "", true),
            ("*user", "cpu_user", true),
            ("*a*b", "xaxb", true),
            ("*a*b", "xbxa", false),
            ("a*a", "a", false),
            ("a**c", "abc", true),
            ("a*c", "abd", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
