//! The bound pipeline: what a query means, in a small closed set of steps.
//!
//! The binder has checked names, arguments and order, applied the leniencies and resolved
//! aliases. Every name is either a column that an earlier step made or a source field (system
//! field, discovered field). Both the engine and the reference evaluator start from here.

mod pattern;
mod source;

use flowgauge_event::{Number, Period};

use crate::functions::Function;
pub use crate::syntax::{BinaryOp, Literal, PathStep};
pub use pattern::{Comparison, Mining, columns};
pub use source::{GroupChoice, LogClass, RelativeTime, SourceSpec, TagFilter};

/// A query that can run.
#[derive(Debug, Clone, Default)]
pub struct Pipeline {
    /// What is read.
    pub source: SourceSpec,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// The columns shown, in order.
    pub output: Vec<OutputColumn>,
    /// Whether rows are raw events (then `@ptr` exists and the default order is newest first) or
    /// the result of an aggregation.
    pub raw: bool,
    /// Whether the query ends in `estimate`: one row, column `estimatedBytes`, nothing is read.
    pub estimate: bool,
}

/// A shown column.
#[derive(Debug, Clone)]
pub struct OutputColumn {
    /// The header, as the user wrote it.
    pub name: String,
    /// A [`Expr::Column`] or [`Expr::Source`].
    pub expr: Expr,
}

/// One step. Rows keep all columns of earlier steps unless the step says otherwise.
#[derive(Debug, Clone)]
pub enum Step {
    /// Adds columns; a later one may use an earlier one of the same step.
    Compute(Vec<Computed>),
    /// Keeps rows whose expression is true (see [`truthiness`](crate::pipeline)).
    Filter(Expr),
    /// `parse f "…*…" as a, b`: adds one text column a name; rows that do not match keep going
    /// with the new columns missing.
    ParseGlob {
        /// What is parsed.
        input: Expr,
        /// The pattern.
        glob: Glob,
        /// One name a star.
        names: Vec<String>,
    },
    /// `parse f /re/`: adds one text column a name.
    ParseRegex {
        /// What is parsed.
        input: Expr,
        /// The expression, group names already rewritten (see `groups`), ready for
        /// [`crate::regexes::compile`].
        regex: String,
        /// Group number and column name.
        groups: Vec<(usize, String)>,
        /// Every match makes a row; a row without a match stays once.
        multi: bool,
    },
    /// `parse f logfmt as x`: adds a structure.
    ParseLogfmt {
        /// What is parsed.
        input: Expr,
        /// The new column.
        into: String,
    },
    /// `parse f csv as a, b`: adds text columns by position.
    ParseCsv {
        /// What is parsed.
        input: Expr,
        /// The new columns.
        names: Vec<String>,
    },
    /// `parse f xml '/a/b' as x`: adds a text column.
    ParseXml {
        /// What is parsed.
        input: Expr,
        /// Element names from the root (an attribute step is `@name`).
        path: Vec<String>,
        /// The new column.
        into: String,
    },
    /// `json field=f "a.b" as x`: adds a value.
    ParseJson {
        /// What is parsed.
        input: Expr,
        /// The steps inside the document.
        path: Vec<PathStep>,
        /// The new column.
        into: String,
    },
    /// `stats`: rows become groups; only the named columns remain, keys first.
    Aggregate {
        /// Group keys.
        keys: Vec<Computed>,
        /// Results: expressions over aggregates, keys, and earlier results of the same step.
        outputs: Vec<Computed>,
        /// Shift of the `bin` boundaries.
        offset: Option<Period>,
    },
    /// Orders rows; stable.
    Sort(Vec<SortKey>),
    /// Keeps the first rows in the current order (any rows with `any`).
    Limit {
        /// How many.
        count: u64,
        /// Whether any rows will do.
        any: bool,
    },
    /// Keeps the first row, in the current order, of each combination; rows with a missing value
    /// are all kept.
    Dedup(Vec<Expr>),
    /// One row per element of a list, the element in a new column.
    Unnest {
        /// The list.
        list: Expr,
        /// The new column.
        into: String,
        /// How a value that is no list behaves: `unnest` takes it as a one-element list,
        /// `expand` leaves the row as it is. Both: an empty list drops the row, a missing one
        /// keeps it.
        expand: bool,
    },
    /// `pattern`: rows become patterns, those with the most events first; only the columns of
    /// [`columns`] remain.
    Pattern(Mining),
}

/// A named expression.
#[derive(Debug, Clone)]
pub struct Computed {
    /// The column.
    pub name: String,
    /// Its value.
    pub expr: Expr,
}

/// A sort key.
#[derive(Debug, Clone)]
pub struct SortKey {
    /// The value to sort by, in the mixed order of spec 5.7.
    pub expr: Expr,
    /// Whether the order is reversed.
    pub descending: bool,
}

/// A `parse` glob: literals between stars. `literals.len()` is one more than the stars.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Glob {
    /// Text before, between and after the stars; any may be empty.
    pub literals: Vec<String>,
}

/// A bound expression.
#[derive(Debug, Clone)]
pub enum Expr {
    /// A constant.
    Literal(Literal),
    /// A column that an earlier step made.
    Column(String),
    /// A system field or a discovered field, under the user's spelling.
    Source(String),
    /// A step into a structure.
    Access {
        /// The structure.
        base: Box<Expr>,
        /// The steps.
        path: Vec<PathStep>,
    },
    /// A scalar function. Argument counts are already right.
    Call {
        /// The function.
        function: &'static Function,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// An aggregate or time-series function; only inside [`Step::Aggregate`] outputs.
    Aggregate {
        /// The function.
        function: &'static Function,
        /// Its arguments; `count(*)` and `count()` have none.
        args: Vec<Expr>,
    },
    /// A period argument, clamped already.
    Period(Period),
    /// A regular expression argument.
    Regex(String),
    /// Arithmetic negation.
    Negate(Box<Expr>),
    /// Negation of truth.
    Not(Box<Expr>),
    /// Arithmetic and comparisons.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// All are true.
    And(Vec<Expr>),
    /// At least one is true.
    Or(Vec<Expr>),
    /// Substring test; false for a missing value, negated or not.
    Contains {
        /// The value.
        value: Box<Expr>,
        /// The substring.
        text: String,
        /// Whether the test is negated.
        negated: bool,
    },
    /// Regular expression search; false for a missing value, negated or not.
    Matches {
        /// The value.
        value: Box<Expr>,
        /// The expression, ready for [`crate::regexes::compile`].
        regex: String,
        /// Whether the test is negated.
        negated: bool,
    },
    /// Membership by the equality of spec 4.2; false for a missing value, negated or not.
    In {
        /// The value.
        value: Box<Expr>,
        /// The elements.
        list: Vec<Literal>,
        /// Whether the test is negated.
        negated: bool,
    },
}

impl Expr {
    /// A number constant.
    pub fn number(value: i64) -> Expr {
        Expr::Literal(Literal::Number(Number::Int(value)))
    }

    /// Visits this expression and everything below it.
    pub fn walk(&self, visit: &mut dyn FnMut(&Expr)) {
        visit(self);
        match self {
            Expr::Literal(_)
            | Expr::Column(_)
            | Expr::Source(_)
            | Expr::Period(_)
            | Expr::Regex(_) => {}
            Expr::Access { base, .. } => base.walk(visit),
            Expr::Call { args, .. }
            | Expr::Aggregate { args, .. }
            | Expr::And(args)
            | Expr::Or(args) => {
                args.iter().for_each(|arg| arg.walk(visit));
            }
            Expr::Negate(inner) | Expr::Not(inner) => inner.walk(visit),
            Expr::Binary { left, right, .. } => {
                left.walk(visit);
                right.walk(visit);
            }
            Expr::Contains { value, .. } | Expr::Matches { value, .. } | Expr::In { value, .. } => {
                value.walk(visit)
            }
        }
    }
}
