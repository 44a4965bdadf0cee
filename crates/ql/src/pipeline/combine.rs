//! The steps that bring in other tables.

use super::{Expr, Pipeline};

/// `join`: every row beside each row of the right side with the same key (spec 4.2 equality; a
/// missing key equals nothing). Rows keep their order; the partners of a row follow one another in
/// the order of the right side.
#[derive(Debug, Clone)]
pub struct Join {
    /// Whether rows without a partner are kept, with the right columns missing.
    pub outer: bool,
    /// The key on the left side.
    pub left: Expr,
    /// The right side; it has no steps. Its output columns become columns of those names.
    pub right: Pipeline,
    /// The output column of the right side that is its key.
    pub key: String,
}

/// `appendcols`: the columns of another query beside the rows, by position. Rows beyond the last
/// of the other query have them missing, or keep what they replace; surplus rows of it are
/// dropped.
#[derive(Debug, Clone)]
pub struct AppendCols {
    /// The other query.
    pub query: Pipeline,
    /// The most rows of it that are used.
    pub max: u64,
    /// What becomes of its output columns.
    pub columns: Vec<Appended>,
}

/// A column that `appendcols` adds.
#[derive(Debug, Clone)]
pub struct Appended {
    /// The place in the other query's output.
    pub index: usize,
    /// The new column.
    pub name: String,
    /// What it replaces, for rows beyond the last of the other query.
    pub replaced: Option<Expr>,
}

/// `lookup` and `cidrlookup`: columns of the first table row that matches.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// The table.
    pub table: String,
    /// How its rows match.
    pub matches: LookupMatch,
    /// The columns that are set.
    pub outputs: Vec<LookupOutput>,
}

/// How the rows of a lookup table match.
#[derive(Debug, Clone)]
pub enum LookupMatch {
    /// All these table columns equal the printed form of the values; a missing value equals
    /// nothing.
    Equal(Vec<(String, Expr)>),
    /// The value is an address inside the range of this table column; the smallest range wins.
    Range {
        /// The table column. When no column has the name and it was not written (`named`), it is
        /// the first column that holds nothing but ranges.
        column: String,
        /// Whether the column was written.
        named: bool,
        /// The address.
        value: Expr,
    },
}

/// A column that a lookup sets.
#[derive(Debug, Clone)]
pub struct LookupOutput {
    /// The table column.
    pub column: String,
    /// The column that is set.
    pub name: String,
    /// `OUTPUTNEW`: the value that stays unless it is missing or empty text. Without it the value
    /// of the table is taken, and a row without a match has none.
    pub existing: Option<Expr>,
}
