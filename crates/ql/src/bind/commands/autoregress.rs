//! `autoregress`: which lags, and the names of the columns.

use flowgauge_event::Limits;

use crate::bind::Binder;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Expr, Step};
use crate::syntax::{self, Name, Stage};

impl Binder<'_> {
    pub(in crate::bind) fn autoregress(
        &mut self,
        stage: &Stage,
        field: &syntax::Expr,
        alias: Option<&Name>,
        (first, last): (u64, u64),
    ) {
        let Some(expr) = self.expr(field) else { return };
        if let Some(problem) = lag_problem(first, last, &self.options.limits) {
            self.report(
                Diagnostic::error(codes::BAD_ARGUMENT, stage.span, problem)
                    .with_help("write p=1 for the row before, p=1-3 for three rows"),
            );
            return;
        }
        let stem = match alias {
            Some(alias) => alias.text.clone(),
            None => self.column_of(field, &expr),
        };
        // A single lag takes the alias as it is; several need a number each.
        let numbered = alias.is_none() || first != last;
        let span = alias.map_or(field.span, |alias| alias.span);
        let mut columns = Vec::new();
        for lag in first..=last {
            let name = match numbered {
                true => format!("{stem}_p{lag}"),
                false => stem.clone(),
            };
            self.define(&name, span);
            self.shown.add_beside(&name, Expr::Column(name.clone()));
            columns.push((lag, name));
        }
        self.steps.push(Step::AutoRegress {
            field: expr,
            columns,
        });
    }
}

/// Why lags cannot be computed.
fn lag_problem(first: u64, last: u64, limits: &Limits) -> Option<String> {
    if first == 0 {
        return Some("`p=0` is the row itself; an earlier row is at least 1 back".to_owned());
    }
    if last > limits.autoregress_lag {
        return Some(format!(
            "`autoregress` looks back {} rows at most, not {last}",
            limits.autoregress_lag
        ));
    }
    if last - first >= limits.autoregress_columns {
        return Some(format!(
            "`autoregress` makes {} columns at most, not {}",
            limits.autoregress_columns,
            last - first + 1
        ));
    }
    None
}
