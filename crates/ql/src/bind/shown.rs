//! Which columns the result shows (spec 5.1, 5.2, 9.3).
//!
//! Columns accumulate in the order of the stages that make them; a `fields` stage puts those that it
//! lists where it lists them. Stages that only add something to the rows (`lookup`, `sessionize`, …)
//! do not choose: as long as no other stage has chosen, the event's own columns are shown before
//! theirs.

use crate::pipeline::{Expr, OutputColumn};

use super::scope::{Path, Scope, Sides};

/// The columns that are shown so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    accumulated: Vec<OutputColumn>,
    /// The names of the accumulated columns whose place a later `fields` may still choose.
    unplaced: Vec<String>,
    /// Whether a stage has chosen what to show.
    chosen: bool,
    /// The last `display`, which replaces what accumulated.
    display: Option<Vec<Displayed>>,
    /// The columns of the last `fields` alone, since the last `stats`.
    last_fields: Option<Vec<OutputColumn>>,
    /// The right side of a `join` that no stage since has asked for a column.
    joined: Option<Sides>,
}

/// A column of a `display`.
#[derive(Debug, Clone)]
pub(super) struct Displayed {
    pub(super) column: OutputColumn,
    /// The field it shows, which is looked up at the end of the query: a later stage may still make
    /// a column of that name. `None` for an expression.
    pub(super) field: Option<Path>,
}

impl Shown {
    /// Adds a column that a stage makes, unless it is there.
    pub(super) fn add(&mut self, name: &str, expr: Expr) {
        self.joined = None;
        self.chosen = true;
        if self.push(name, expr) {
            self.unplaced.push(name.to_owned());
        }
    }

    /// Adds a column that a stage puts beside those that are shown anyway.
    pub(super) fn add_beside(&mut self, name: &str, expr: Expr) {
        if let Some(sides) = self.joined.take() {
            self.accumulated = self.with_sides(&sides);
            self.chosen = true;
        }
        if self.push(name, expr) {
            self.unplaced.push(name.to_owned());
        }
    }

    /// Adds the columns of a `fields` stage in its order.
    pub(super) fn add_listed(&mut self, columns: Vec<OutputColumn>) {
        self.joined = None;
        self.chosen = true;
        for column in &columns {
            if let Some(at) = self.unplaced.iter().position(|made| *made == column.name) {
                self.unplaced.remove(at);
                self.accumulated.retain(|shown| shown.name != column.name);
            }
            self.push(&column.name, column.expr.clone());
        }
        self.last_fields = Some(columns);
    }

    /// Forgets everything, because only the columns of one stage are left, and shows those.
    pub(super) fn start_over<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        *self = Shown {
            chosen: true,
            ..Shown::default()
        };
        for name in names {
            self.push(name, Expr::Column(name.to_owned()));
        }
    }

    /// Lets a `display` replace what is shown.
    pub(super) fn display(&mut self, columns: Vec<Displayed>) {
        self.joined = None;
        self.display = Some(columns);
    }

    /// Puts the name of the left side in front of what is shown, when a `join` has been made.
    pub(super) fn join(&mut self, sides: &Sides) {
        let displayed = self.display.iter_mut().flatten();
        let displayed = displayed.map(|displayed| {
            displayed.field = None;
            &mut displayed.column
        });
        for column in self.accumulated.iter_mut().chain(displayed) {
            column.name = sides.left_column(&column.name);
        }
        for name in &mut self.unplaced {
            *name = sides.left_column(name);
        }
        self.joined = Some(sides.clone());
        self.last_fields = None;
    }

    /// Lets a column of this name show a new value.
    pub(super) fn replace(&mut self, name: &str) {
        let displayed = self.display.iter_mut().flatten();
        let displayed = displayed.map(|displayed| &mut displayed.column);
        for column in self.accumulated.iter_mut().chain(displayed) {
            if column.name == name {
                column.expr = Expr::Column(name.to_owned());
            }
        }
    }

    /// Whether a column of this name has accumulated.
    pub(super) fn has(&self, name: &str) -> bool {
        self.accumulated.iter().any(|column| column.name == name)
    }

    /// Every column that a stage has named, shown or replaced by a `display`.
    pub(super) fn named(&self) -> impl Iterator<Item = &OutputColumn> {
        let displayed = self.display.iter().flatten();
        let displayed = displayed.map(|displayed| &displayed.column);
        self.accumulated.iter().chain(displayed)
    }

    /// The columns that a query whose last word on them is `fields` gives to the query around it;
    /// `None` when there is no `fields`, or a `display` chooses.
    pub(super) fn last_fields(&self) -> Option<&[OutputColumn]> {
        match self.display {
            Some(_) => None,
            None => self.last_fields.as_deref(),
        }
    }

    /// The columns of the result if the query ended here.
    pub(super) fn columns(&self, scope: &Scope) -> Vec<OutputColumn> {
        if let Some(display) = &self.display {
            return display
                .iter()
                .map(|displayed| displayed.at_end(scope))
                .collect();
        }
        if let Some(sides) = &self.joined {
            return self.with_sides(sides);
        }
        if self.chosen || scope.closed() {
            return self.accumulated.clone();
        }
        let own = defaults(|name| {
            let expr = match scope.has_column(name) {
                true => Expr::Column(name.to_owned()),
                false => Expr::Source(name.to_owned()),
            };
            (name.to_owned(), expr)
        });
        // A stage may have made a column of one of these names.
        let beside = self.accumulated.iter();
        let beside = beside.filter(|column| own.iter().all(|other| other.name != column.name));
        own.iter().chain(beside).cloned().collect()
    }

    /// What is shown behind a `join`: what was shown before it, and the events of the right side.
    fn with_sides(&self, sides: &Sides) -> Vec<OutputColumn> {
        let mut columns = Vec::new();
        if !self.chosen {
            columns = defaults(|name| (sides.left_column(name), sides.left_field(name)));
        }
        let beside = self.accumulated.iter();
        columns.extend(beside.cloned());
        columns.extend(defaults(|name| {
            (sides.right_column(name), sides.right_field(name))
        }));
        columns
    }

    /// Adds a column unless it is there; tells whether it was added.
    fn push(&mut self, name: &str, expr: Expr) -> bool {
        let new = !self.has(name);
        if new {
            self.accumulated.push(OutputColumn {
                name: name.to_owned(),
                expr,
            });
        }
        new
    }
}

impl Displayed {
    fn at_end(&self, scope: &Scope) -> OutputColumn {
        let mut column = self.column.clone();
        if let Some(now) = self.field.as_ref().and_then(|field| scope.resolve(field)) {
            column.expr = now;
        }
        column
    }
}

/// What is shown of raw events when no stage says it.
fn defaults(column: impl Fn(&str) -> (String, Expr)) -> Vec<OutputColumn> {
    ["@timestamp", "@message"]
        .into_iter()
        .map(|field| {
            let (name, expr) = column(field);
            OutputColumn { name, expr }
        })
        .collect()
}
