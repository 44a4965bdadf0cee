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

/// Longest run of a subquery, in milliseconds.
pub const SUBQUERY_MILLIS: u64 = 30_000;
/// Distinct values of a subquery (our choice; AWS publishes none).
pub const SUBQUERY_VALUES: usize = 50_000;
/// `join` stages in one query.
pub const JOINS: usize = 1;
/// Distinct keys on the right side of a `join`.
pub const JOIN_KEYS: usize = 50_000;
/// Largest `max` of `appendcols`.
pub const APPENDCOLS_ROWS: u64 = 100_000;
/// Largest lookup table, in bytes of CSV.
pub const LOOKUP_BYTES: u64 = 10 << 20;
/// Log groups that one `SOURCE` may choose.
pub const SOURCE_GROUPS: usize = 10_000;
/// Parameters of a query.
pub const PARAMETERS: usize = 20;

/// The limits that whoever runs queries may move; [`Limits::default`] has AWS's numbers where they
/// are published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// [`QUERY_CHARS`], also after saved queries were put in.
    pub query_chars: usize,
    /// [`DEFAULT_ROWS`]
    pub default_rows: u64,
    /// [`MAX_ROWS`]
    pub max_rows: u64,
    /// [`STATS_STAGES`]
    pub stats_stages: usize,
    /// [`SUBQUERY_MILLIS`]
    pub subquery_millis: u64,
    /// [`SUBQUERY_VALUES`]
    pub subquery_values: usize,
    /// [`JOINS`]
    pub joins: usize,
    /// [`JOIN_KEYS`]
    pub join_keys: usize,
    /// [`APPENDCOLS_ROWS`]
    pub appendcols_rows: u64,
    /// [`LOOKUP_BYTES`]
    pub lookup_bytes: u64,
    /// [`SOURCE_GROUPS`]
    pub source_groups: usize,
    /// [`PARAMETERS`]
    pub parameters: usize,
    /// [`AUTOREGRESS_LAG`]
    pub autoregress_lag: u64,
    /// [`AUTOREGRESS_COLUMNS`]
    pub autoregress_columns: u64,
    /// [`FILLED_BINS`]
    pub filled_bins: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            query_chars: QUERY_CHARS,
            default_rows: DEFAULT_ROWS,
            max_rows: MAX_ROWS,
            stats_stages: STATS_STAGES,
            subquery_millis: SUBQUERY_MILLIS,
            subquery_values: SUBQUERY_VALUES,
            joins: JOINS,
            join_keys: JOIN_KEYS,
            appendcols_rows: APPENDCOLS_ROWS,
            lookup_bytes: LOOKUP_BYTES,
            source_groups: SOURCE_GROUPS,
            parameters: PARAMETERS,
            autoregress_lag: AUTOREGRESS_LAG,
            autoregress_columns: AUTOREGRESS_COLUMNS,
            filled_bins: FILLED_BINS,
        }
    }
}
