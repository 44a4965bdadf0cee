//! Limits of the Logs Insights language and of single events.
//!
//! The numbers are AWS's published quotas where one exists; the others say so.

/// Longest query text, in characters.
pub const QUERY_CHARS: usize = 10_000;
/// Rows returned when the query has no `limit`.
pub const DEFAULT_ROWS: u64 = 10_000;
/// Largest `limit`.
pub const MAX_ROWS: u64 = 100_000;
/// `stats` stages in one query.
pub const STATS_STAGES: usize = 10;
/// Branches of one `case`.
pub const CASE_BRANCHES: usize = 10;
/// Largest `k` of `topk`.
pub const TOPK: u64 = 10_000;
/// Fields discovered in one JSON event, in document order.
pub const JSON_FIELDS: usize = 200;
/// Nesting levels followed in a JSON event (our choice; AWS publishes none).
pub const JSON_DEPTH: usize = 64;
/// Largest event, in bytes; a longer line is cut there and counted.
pub const EVENT_BYTES: usize = 1024 * 1024;
/// Nesting levels of parentheses, calls and operators in one expression (our choice).
pub const EXPRESSION_DEPTH: usize = 128;
/// Longest filter pattern, in characters.
pub const FILTER_PATTERN_CHARS: usize = 1_024;
/// Regular expressions in one filter pattern.
pub const FILTER_PATTERN_REGEXES: usize = 2;
/// Rows that `autoregress` looks back at most (our choice); as many are held in memory.
pub const AUTOREGRESS_LAG: u64 = 10_000;
/// Columns that one `autoregress` makes at most (our choice).
pub const AUTOREGRESS_COLUMNS: u64 = 100;
/// Longest time between two events of a session when `sessionize` does not say, milliseconds.
pub const SESSION_GAP_MILLIS: i64 = 30 * 60 * 1000;
/// Bins that `fillmissing` covers at most for each combination of the other keys (our choice, as
/// many as a result can have rows).
pub const FILLED_BINS: u64 = MAX_ROWS;
/// Combinations of values that `countFrequent` counts exactly, and returns at most (our choice, as
/// many as a result can have rows).
pub const FREQUENT_COMBINATIONS: usize = 100_000;
