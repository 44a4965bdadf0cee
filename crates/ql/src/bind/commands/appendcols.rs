//! `appendcols`: which columns of the inner query arrive, and under which conditions.

use flowgauge_event::{Number, limits};

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{AppendCols, Appended, Expr, Step};
use crate::syntax::{CommandOption, Literal, Query, Stage};

use crate::bind::Binder;
use crate::bind::inner::Inner;
use crate::bind::scope::Path;

impl Binder<'_> {
    pub(in crate::bind) fn appendcols(
        &mut self,
        options: &[CommandOption],
        query: &Query,
        stage: &Stage,
    ) {
        if !self.may_hold(Inner::Columns, stage.span) {
            return;
        }
        let replace = self.flag(options, "override", false);
        let max = self.most_rows(options);
        let Some((query, _)) = self.inner_query(query, Inner::Columns) else {
            return self.reopen();
        };
        let mut columns: Vec<Appended> = Vec::new();
        for (index, column) in query.output.iter().enumerate() {
            let name = &column.name;
            let taken = self.scope.is_taken(name) || self.shown.has(name);
            if taken && !replace {
                self.report(
                    Diagnostic::warning(
                        codes::COLUMN_LEFT_OUT,
                        stage.keyword,
                        format!("`{name}` exists already; that of the inner query is left out"),
                    )
                    .with_help("choose another name with `as`, or write `override=true`"),
                );
                continue;
            }
            columns.push(Appended {
                index,
                name: name.clone(),
                replaced: self.scope.resolve(&Path::of_name(name)).filter(|_| taken),
            });
        }
        for column in &columns {
            self.scope.define(&column.name);
            self.shown.replace(&column.name);
            self.shown
                .add_beside(&column.name, Expr::Column(column.name.clone()));
        }
        self.before_stats = None;
        self.steps.push(Step::AppendCols(Box::new(AppendCols {
            query,
            max,
            columns,
        })));
    }

    fn most_rows(&mut self, options: &[CommandOption]) -> u64 {
        let most = self.options.limits.appendcols_rows;
        let Some(option) = self.option(options, "max") else {
            return limits::APPENDCOLS_DEFAULT.min(most);
        };
        if let Literal::Number(Number::Int(count)) = option.value
            && let Ok(count) = u64::try_from(count)
            && (1..=most).contains(&count)
        {
            return count;
        }
        self.bad_option(option, &format!("a whole number from 1 to {most}"));
        most
    }
}
