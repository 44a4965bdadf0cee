//! The bound pipeline: what a query means, in a small closed set of steps.
//!
//! The binder has checked names, arguments and order, applied the leniencies and resolved
//! aliases. Every name is either a column that an earlier step made or a source field (system
//! field, discovered field). Both the engine and the reference evaluator start from here.

mod combine;
mod pattern;
mod relevance;
mod source;
mod xml;

use flowgauge_event::{Number, Period};

use crate::functions::Function;
pub use crate::syntax::{BinaryOp, Literal, PathStep};
pub use combine::{AppendCols, Appended, Join, Lookup, LookupMatch, LookupOutput};
pub use pattern::{Comparison, Mining, columns};
pub use relevance::{RelevantFields, relevance_columns};
pub use source::{GroupChoice, GroupFacts, LogClass, RelativeTime, SourceSpec, TagFilter};
pub use xml::{XmlCondition, XmlElement, XmlEnd, XmlPath};

/// The fields that the system adds to every event; they say nothing about it, and hold no amounts.
pub(crate) const ADDED_FIELDS: &[&str] = &[
    "@message",
    "@timestamp",
    "@ingestionTime",
    "@log",
    "@logStream",
    "@ptr",
];

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
        /// What is taken of the document.
        path: XmlPath,
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
    /// `join`
    Join(Box<Join>),
    /// `appendcols`
    AppendCols(Box<AppendCols>),
    /// `lookup`, `cidrlookup`
    Lookup(Lookup),
    /// `pattern`: rows become patterns, those with the most events first; only the columns of
    /// [`columns`] remain.
    Pattern(Mining),
    /// `autoregress`: adds the values that a field had some rows earlier in the current order,
    /// whatever kind they are; missing where there is no such row.
    AutoRegress {
        /// The field.
        field: Expr,
        /// How many rows earlier (at least 1), and the new column.
        columns: Vec<(u64, String)>,
    },
    /// `accum`: the sum of a field's numbers up to each row of the current order, by the rules of
    /// `sum`; missing where the field is no number.
    Accum {
        /// The field.
        field: Expr,
        /// The column, new or the field's own.
        into: String,
    },
    /// `filldown`: puts the last value in the current order where a field is missing; the column
    /// hides the field.
    FillDown(Vec<Computed>),
    /// `sessionize`: numbers the sessions of the same identity, by time and not by row order.
    Sessionize(Sessionize),
    /// `outlier`: judges numbers by the quartiles of all rows.
    Outlier(Outlier),
    /// `fillmissing`: adds a row for every empty bin of each combination of the other keys;
    /// afterwards rows are in the order of their keys.
    FillMissing(FillMissing),
    /// `addtotals`: sums along rows, and a last row with sums along columns.
    AddTotals(AddTotals),
    /// `countFrequent`: rows become combinations of values, most frequent first (equal counts in
    /// ascending order of the keys); only keys and count remain.
    CountFrequent {
        /// The keys.
        keys: Vec<Computed>,
        /// The column of the count.
        into: String,
    },
    /// `relevantfields`: rows become fields, the most relevant first; only the columns of
    /// [`relevance_columns`] remain.
    RelevantFields(RelevantFields),
}

/// What `sessionize` does. A row without a time, or with a missing identity field, is in no
/// session. Sessions are numbered from 1 by their first rows in time (rows of one time in the
/// current order).
#[derive(Debug, Clone)]
pub struct Sessionize {
    /// Whose sessions; at least one.
    pub identity: Vec<Expr>,
    /// The event time.
    pub time: Expr,
    /// Longest time between two rows of a session, milliseconds.
    pub maxspan: i64,
    /// The column of the number.
    pub into: String,
}

/// What `outlier` does.
///
/// With Q1 and Q3 the quartiles of a field's numbers (nearest rank, as in `pct`), a number is an
/// outlier above Q3 + param × (Q3 − Q1), with `lower` also below Q1 − param × (Q3 − Q1). Bounds
/// count as they print, with four decimals. Times and what is no number never are outliers.
#[derive(Debug, Clone)]
pub struct Outlier {
    /// The fields, each by itself; the name is the column that a clamped field is put into.
    pub fields: Vec<Computed>,
    /// Whether rows with an outlier go, instead of the value becoming the bound.
    pub remove: bool,
    /// The multiple of the range between the quartiles; not negative.
    pub param: f64,
    /// Whether small values are judged too.
    pub lower: bool,
    /// A column that tells whether a field of the row was an outlier.
    pub mark: Option<String>,
}

/// What `fillmissing` does.
#[derive(Debug, Clone)]
pub struct FillMissing {
    /// All keys of the `stats`, in its order, the bin among them.
    pub keys: Vec<String>,
    /// The key that is a bin.
    pub bin: String,
    /// Its period.
    pub period: Period,
    /// Shift of its boundaries, milliseconds.
    pub offset: i64,
    /// Columns with a constant in the new rows; other columns but the keys are missing there.
    pub fills: Vec<(String, Literal)>,
}

/// What `addtotals` does. Times and what is no number are left out; a total of nothing is missing.
#[derive(Debug, Clone)]
pub struct AddTotals {
    /// What is added; the name is the column that a sum of the column is put into.
    pub fields: Vec<Computed>,
    /// The column of the rows' sums.
    pub total: Option<String>,
    /// Whether a last row holds the sum of each field and of the total, as they print, and
    /// nothing else.
    pub summary: bool,
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
    /// Membership in the values of the only output column of another query, which runs first;
    /// otherwise like [`Expr::In`].
    InQuery {
        /// The value.
        value: Box<Expr>,
        /// The other query.
        query: Box<Pipeline>,
        /// Whether the test is negated.
        negated: bool,
    },
}

impl Expr {
    /// A number constant.
    pub fn number(value: i64) -> Expr {
        Expr::Literal(Literal::Number(Number::Int(value)))
    }

    /// Visits this expression and everything below it; what an inner query computes is not below.
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
            Expr::Contains { value, .. }
            | Expr::Matches { value, .. }
            | Expr::In { value, .. }
            | Expr::InQuery { value, .. } => value.walk(visit),
        }
    }
}
