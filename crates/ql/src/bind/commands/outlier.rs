//! `outlier`: options, and the columns that take clamped values.

use crate::bind::Binder;
use crate::pipeline::{Computed, Expr, Outlier, Step};
use crate::syntax::{self, CommandOption, Literal};

/// The multiple of the inter-quartile range without `param=`.
const DEFAULT_PARAM: f64 = 2.5;
/// The column of `mark=true`.
const MARK: &str = "outlier";

impl Binder<'_> {
    pub(in crate::bind) fn outlier(&mut self, options: &[CommandOption], fields: &[syntax::Expr]) {
        let remove = self.removes(options);
        let param = self.amount(options, "param", DEFAULT_PARAM);
        let lower = self.flag(options, "uselower", false);
        let mark = self.flag(options, "mark", false).then(|| MARK.to_owned());
        let mut columns: Vec<Computed> = Vec::new();
        for field in fields {
            let Some(expr) = self.expr(field) else {
                continue;
            };
            let name = self.column_of(field, &expr);
            if !columns.iter().any(|column| column.name == name) {
                columns.push(Computed { name, expr });
            }
        }
        if !remove {
            for column in &columns {
                self.hide(&column.name);
                let own = Expr::Column(column.name.clone());
                self.shown.add_beside(&column.name, own);
            }
        }
        if let Some(mark) = &mark {
            let option = self.option(options, "mark").map(|option| option.name.span);
            self.define(mark, option.unwrap_or_default());
            self.shown.add_beside(mark, Expr::Column(mark.clone()));
        }
        self.steps.push(Step::Outlier(Outlier {
            fields: columns,
            remove,
            param,
            lower,
            mark,
        }));
    }

    /// Whether `action=` is `remove`.
    fn removes(&mut self, options: &[CommandOption]) -> bool {
        let Some(option) = self.option(options, "action") else {
            return false;
        };
        match &option.value {
            Literal::Text(text) if text.eq_ignore_ascii_case("remove") => true,
            Literal::Text(text) if text.eq_ignore_ascii_case("transform") => false,
            _ => {
                self.bad_option(option, "`transform` or `remove`");
                false
            }
        }
    }
}
