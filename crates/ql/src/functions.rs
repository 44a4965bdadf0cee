//! The registry of functions: one file each under `functions/`, listed once in [`FUNCTIONS`].
//!
//! Name resolution, arity checks, `flowgauge help`, `docs/language.md`, completion and the
//! coverage test derive from this slice. What a function computes lives in the engine (vectorised)
//! and in the reference evaluator (row by row).

/// Where a function may be used and how the manual groups it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Numeric scalar functions.
    Numeric,
    /// Date and time functions.
    DateTime,
    /// General functions.
    General,
    /// JSON and structures.
    Json,
    /// IP addresses.
    Ip,
    /// Strings.
    Text,
    /// Hashes.
    Hash,
    /// Aggregates of `stats`.
    Aggregate,
    /// Selectors of `stats`.
    Selector,
    /// Time-series functions of `stats`.
    TimeSeries,
}

/// The kind of a value, as far as it is known before a query runs (spec 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A number.
    Number,
    /// Text that converts to a number on demand.
    Text,
    /// 1 or 0.
    Boolean,
    /// A time, milliseconds.
    Time,
    /// A map or a list.
    Structure,
    /// Known only when the query runs, or that of an argument.
    Any,
}

/// What an argument position takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Param {
    /// Any expression.
    Value,
    /// A period such as `5m`.
    Period,
    /// A regular expression, as `/re/` or as a string.
    Regex,
    /// A constant number.
    ConstantNumber,
    /// A constant string.
    ConstantText,
    /// `true` or `false`.
    Flag,
}

/// An executed example.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// A complete query.
    pub query: &'static str,
    /// What it shows.
    pub shows: &'static str,
}

/// Everything that is known about a function before it runs.
#[derive(Debug)]
pub struct Function {
    /// Canonical name of the 2026 guide.
    pub name: &'static str,
    /// Further spellings (spec 7.10).
    pub aliases: &'static [&'static str],
    /// Group in the manual.
    pub group: Group,
    /// Call form, e.g. `round(a[, digits])`.
    pub syntax: &'static str,
    /// One sentence for users, with the rules of edge cases.
    pub summary: &'static str,
    /// Required leading parameters.
    pub required: &'static [Param],
    /// Optional parameters that may follow.
    pub optional: &'static [Param],
    /// Whether the last parameter may be repeated.
    pub variadic: bool,
    /// Kind of the result.
    pub returns: Kind,
    /// One literal-only example: an expression and the printed result (`None`: missing).
    /// For aggregates: empty.
    pub examples: &'static [(&'static str, Option<&'static str>)],
}

impl Function {
    /// Whether the function belongs into `stats` only.
    pub fn is_aggregate(&self) -> bool {
        matches!(
            self.group,
            Group::Aggregate | Group::Selector | Group::TimeSeries
        )
    }
}
