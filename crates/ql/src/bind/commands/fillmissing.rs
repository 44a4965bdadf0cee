//! `fillmissing`: what the bins of the last `stats` are.

use flowgauge_event::Period;

use crate::bind::{Binder, quoted_list};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Computed, Expr, FillMissing, Step};
use crate::syntax::{Literal, Name, Stage};

impl Binder<'_> {
    pub(in crate::bind) fn fillmissing(&mut self, stage: &Stage, fills: &[(Literal, Name)]) {
        let Some((keys, bin, period, offset)) = self.last_bin() else {
            // Without any `stats`, the order of stages has been reported.
            if self
                .steps
                .iter()
                .any(|step| matches!(step, Step::Aggregate { .. }))
            {
                self.report(
                    Diagnostic::error(
                        codes::STAGE_ORDER,
                        stage.keyword,
                        "`fillmissing` needs a `stats` before it that groups by `bin(…)`",
                    )
                    .with_help("group by `bin(5m)`"),
                );
            }
            return;
        };
        let mut bound = Vec::new();
        for (value, name) in fills {
            let column = match self.named_field(&name.text, name.span) {
                Some(Expr::Column(column)) => column,
                // A path into a column cannot take a value.
                Some(_) => {
                    self.report(Diagnostic::error(
                        codes::BAD_ARGUMENT,
                        name.span,
                        format!("`{}` is a part of a column and cannot be filled", name.text),
                    ));
                    continue;
                }
                None => continue,
            };
            let problem = if keys.contains(&column) {
                let list = quoted_list(&keys.iter().collect::<Vec<_>>());
                format!("{list} are the keys of the new rows and have their values")
            } else if bound.iter().any(|(known, _)| *known == column) {
                format!("`{}` is given two values", name.text)
            } else {
                bound.push((column, value.clone()));
                continue;
            };
            self.report(Diagnostic::error(codes::BAD_ARGUMENT, name.span, problem));
        }
        self.steps.push(Step::FillMissing(FillMissing {
            keys,
            bin,
            period,
            offset,
            fills: bound,
        }));
    }

    /// Keys of the last aggregation, and its bin: name, period and shift. `None` when the bin is
    /// gone or is no time any more.
    fn last_bin(&self) -> Option<(Vec<String>, String, Period, i64)> {
        let mut replaced: Vec<&str> = Vec::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Accum { into, .. } | Step::Unnest { into, .. } => replaced.push(into),
                Step::CountFrequent { .. } | Step::RelevantFields(_) => return None,
                Step::Aggregate { keys, offset, .. } => {
                    let (bin, period, shifted) = keys.iter().find_map(bin_of)?;
                    let offset = offset.filter(|_| shifted).map_or(0, Period::approx_millis);
                    let names = keys.iter().map(|key| key.name.clone()).collect();
                    let gone = replaced.contains(&bin.as_str());
                    return (!gone).then_some((names, bin, period, offset));
                }
                _ => {}
            }
        }
        None
    }
}

/// Name and period of a key that is a bin, and whether `offset` shifts it.
fn bin_of(key: &Computed) -> Option<(String, Period, bool)> {
    let Expr::Call { function, args } = &key.expr else {
        return None;
    };
    let shifted = match function.name {
        "bin" => true,
        // After a first `stats` there is no `bin`; this is how one bins then.
        "datefloor" => false,
        _ => return None,
    };
    match args.last() {
        Some(Expr::Period(period)) => Some((key.name.clone(), *period, shifted)),
        _ => None,
    }
}
