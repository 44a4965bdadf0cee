//! `join`: two sides, told apart by their names.

use std::cell::RefCell;
use std::rc::Rc;

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Expr, Join, OutputColumn, Pipeline, Step};
use crate::syntax::{self, CommandOption, ExprKind, Literal, Query, Stage, StageKind};

use crate::bind::Binder;
use crate::bind::inner::Inner;
use crate::bind::scope::Sides;

impl Binder<'_> {
    pub(in crate::bind) fn join(&mut self, join: &syntax::Join, stage: &Stage) {
        if !self.may_hold(Inner::Right, stage.span) {
            return;
        }
        let outer = self.is_outer(&join.options);
        let right = self.right_side(&join.query);
        let (Some(sides), Some(right)) = (self.sides(&join.options, stage), right) else {
            return self.reopen();
        };
        let Some((left, key)) = self.keys(join, &sides) else {
            return self.reopen();
        };
        self.shown.join(&sides);
        self.scope.join(sides.clone());
        self.joins.push(sides);
        self.before_stats = None;
        self.steps.push(Step::Join(Box::new(Join {
            outer,
            left,
            right,
            key,
        })));
    }

    fn is_outer(&mut self, options: &[CommandOption]) -> bool {
        let Some(option) = self.option(options, "type") else {
            return false;
        };
        match word(&option.value).to_ascii_lowercase().as_str() {
            "inner" => false,
            "left" => true,
            _ => {
                self.bad_option(option, "inner or left");
                false
            }
        }
    }

    fn sides(&mut self, options: &[CommandOption], stage: &Stage) -> Option<Sides> {
        let (left, right) = (self.option(options, "left"), self.option(options, "right"));
        let (Some(left), Some(right)) = (left, right) else {
            self.report(
                Diagnostic::error(
                    codes::BAD_ARGUMENT,
                    stage.keyword,
                    "`join` needs a name for each side",
                )
                .with_help("write `join left=a right=b where a.key = b.key (…)`"),
            );
            return None;
        };
        let (left, right_name) = (word(&left.value), word(&right.value));
        if left == right_name {
            self.report(Diagnostic::error(
                codes::REDEFINED,
                right.value_span,
                format!("both sides of the `join` are called `{left}`"),
            ));
            return None;
        }
        Some(Sides {
            left,
            right: right_name,
            before: Box::new(self.scope.clone()),
            wanted: Rc::new(RefCell::default()),
        })
    }

    /// The right side: log groups and nothing else.
    fn right_side(&mut self, query: &Query) -> Option<Pipeline> {
        let surplus = query
            .stages
            .iter()
            .find(|stage| !matches!(stage.kind, StageKind::Source(_)));
        if let Some(stage) = surplus {
            self.report(
                Diagnostic::error(
                    codes::INNER_QUERY,
                    stage.span,
                    "the right side of `join` is a log group and nothing else",
                )
                .with_help("write `(SOURCE 'group')` and filter after the `join`"),
            );
            return None;
        }
        self.inner_query(query, Inner::Right)
            .map(|(pipeline, _)| pipeline)
    }

    /// The two keys: an expression of the left side and a column of the right one, in whichever
    /// order they were written.
    fn keys(&mut self, join: &syntax::Join, sides: &Sides) -> Option<(Expr, String)> {
        let (left, right) = match first_segment(&join.left) {
            Some(first) if first == sides.right => (&join.right, &join.left),
            _ => (&join.left, &join.right),
        };
        let mut found = true;
        for (key, side) in [(left, &sides.left), (right, &sides.right)] {
            if first_segment(key) != Some(side.as_str()) {
                self.report(
                    Diagnostic::error(
                        codes::UNKNOWN_NAME,
                        key.span,
                        format!("a key of the `join` begins with `{side}.`"),
                    )
                    .with_help(format!(
                        "compare a field of each side: {}.key = {}.key",
                        sides.left, sides.right
                    )),
                );
                found = false;
            }
        }
        if !found {
            return None;
        }
        let before = self.scope.clone();
        self.scope.join(sides.clone());
        let bound = (self.expr(left), self.expr(right));
        self.scope = before;
        match bound {
            (Some(left), Some(Expr::Column(key))) => Some((left, key)),
            _ => None,
        }
    }
}

/// Gives the right sides the columns that somebody reads, when all stages are bound.
pub(in crate::bind) fn fill_right_sides(steps: &mut [Step], joins: &[Sides]) {
    let joined = steps.iter_mut().filter_map(|step| match step {
        Step::Join(join) => Some(join),
        _ => None,
    });
    for (join, sides) in joined.zip(joins) {
        let fields = sides.wanted.borrow();
        join.right.output = fields
            .iter()
            .map(|field| OutputColumn {
                name: sides.right_column(field),
                expr: Expr::Source(field.clone()),
            })
            .collect();
    }
}

/// An option's value as text.
fn word(value: &Literal) -> String {
    match value {
        Literal::Text(text) => text.clone(),
        Literal::Number(number) => number.to_string(),
        Literal::Boolean(flag) => flag.to_string(),
    }
}

fn first_segment(key: &syntax::Expr) -> Option<&str> {
    match &key.kind {
        ExprKind::Field(path) if path.segments.len() > 1 => {
            path.segments.first().map(|segment| segment.text.as_str())
        }
        _ => None,
    }
}
