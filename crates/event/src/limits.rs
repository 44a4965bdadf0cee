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
/// Fields that `relevantfields` compares when it names none (our choice: as many as one JSON event
/// can have).
pub const RELEVANT_FIELDS: usize = JSON_FIELDS;
/// Distinct values of a field that `relevantfields` counts exactly (our choice).
pub const RELEVANT_VALUES: usize = 4096;
/// Different numbers up to which a field is categorical to `relevantfields` (our choice).
pub const RELEVANT_CATEGORIES: usize = 20;
/// Values that `relevantfields` shows of a categorical field (our choice).
pub const RELEVANT_CONTRIBUTORS: usize = 5;
/// Longest value that `relevantfields` shows, in bytes of UTF-8 (our choice).
pub const RELEVANT_BYTES: usize = 256;

/// Longest run of a subquery, in milliseconds.
pub const SUBQUERY_MILLIS: u64 = 30_000;
/// Distinct values of a subquery (our choice; AWS publishes none).
pub const SUBQUERY_VALUES: u64 = 50_000;
/// `join` stages in one query.
pub const JOINS: u64 = 1;
/// Distinct keys on the right side of a `join`.
pub const JOIN_KEYS: u64 = 50_000;
/// Largest `max` of `appendcols`.
pub const APPENDCOLS_ROWS: u64 = 100_000;
/// `max` of `appendcols` when it names none.
pub const APPENDCOLS_DEFAULT: u64 = 10_000;
/// Largest lookup table, in bytes of CSV.
pub const LOOKUP_BYTES: u64 = 10 << 20;
/// Log groups that one query may choose with `SOURCE`.
pub const SOURCE_GROUPS: u64 = 10_000;
/// Prefixes in one `logGroups(…)`.
pub const SOURCE_PREFIXES: u64 = 5;
/// Accounts in one `logGroups(…)`.
pub const SOURCE_ACCOUNTS: u64 = 20;
/// Data sources in one `dataSource(…)`.
pub const DATA_SOURCES: u64 = 10;
/// Filters in one `logGroupTags(…)`, and values in one of them.
pub const TAG_FILTERS: u64 = 5;
/// Parameters of a query.
pub const PARAMETERS: u64 = 20;

/// Largest value that a limit may be moved to (our choice): far more than the memory holds of what
/// any of them counts.
pub const LARGEST_LIMIT: u64 = 1_000_000_000;

/// The limits that whoever runs queries may move. The defaults are AWS's where AWS publishes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// [`QUERY_CHARS`], also after saved queries were put in.
    pub query_chars: u64,
    /// [`DEFAULT_ROWS`]
    pub default_rows: u64,
    /// [`MAX_ROWS`]
    pub max_rows: u64,
    /// [`STATS_STAGES`]
    pub stats_stages: u64,
    /// [`SUBQUERY_MILLIS`]
    pub subquery_millis: u64,
    /// [`SUBQUERY_VALUES`]
    pub subquery_values: u64,
    /// [`JOINS`]
    pub joins: u64,
    /// [`JOIN_KEYS`]
    pub join_keys: u64,
    /// [`APPENDCOLS_ROWS`]
    pub appendcols_rows: u64,
    /// [`LOOKUP_BYTES`]
    pub lookup_bytes: u64,
    /// [`SOURCE_GROUPS`]
    pub source_groups: u64,
    /// [`SOURCE_PREFIXES`]
    pub source_prefixes: u64,
    /// [`SOURCE_ACCOUNTS`]
    pub source_accounts: u64,
    /// [`DATA_SOURCES`]
    pub data_sources: u64,
    /// [`TAG_FILTERS`]
    pub tag_filters: u64,
    /// [`PARAMETERS`]
    pub parameters: u64,
    /// [`AUTOREGRESS_LAG`]
    pub autoregress_lag: u64,
    /// [`AUTOREGRESS_COLUMNS`]
    pub autoregress_columns: u64,
    /// [`FILLED_BINS`]
    pub filled_bins: u64,
}

/// One of the [`Limits`] under a name, for command lines and help.
pub struct Limit {
    /// How users name it.
    pub name: &'static str,
    /// What it counts.
    pub summary: &'static str,
    /// Its value without any setting.
    pub default: u64,
    slot: fn(&mut Limits) -> &mut u64,
}

const fn limit(
    name: &'static str,
    default: u64,
    summary: &'static str,
    slot: fn(&mut Limits) -> &mut u64,
) -> Limit {
    Limit {
        name,
        summary,
        default,
        slot,
    }
}

/// Every limit that may be moved.
pub static LIMITS: &[Limit] = &[
    limit(
        "query-chars",
        QUERY_CHARS as u64,
        "characters of a query, also after saved queries were put in",
        |limits| &mut limits.query_chars,
    ),
    limit(
        "default-rows",
        DEFAULT_ROWS,
        "rows of a query without `limit`",
        |limits| &mut limits.default_rows,
    ),
    limit("max-rows", MAX_ROWS, "largest `limit`", |limits| {
        &mut limits.max_rows
    }),
    limit(
        "stats-stages",
        STATS_STAGES as u64,
        "`stats` stages of a query",
        |limits| &mut limits.stats_stages,
    ),
    limit(
        "subquery-millis",
        SUBQUERY_MILLIS,
        "milliseconds that a subquery may run",
        |limits| &mut limits.subquery_millis,
    ),
    limit(
        "subquery-values",
        SUBQUERY_VALUES,
        "distinct values of a subquery",
        |limits| &mut limits.subquery_values,
    ),
    limit("joins", JOINS, "`join` stages of a query", |limits| {
        &mut limits.joins
    }),
    limit(
        "join-keys",
        JOIN_KEYS,
        "distinct keys on the right side of a `join`",
        |limits| &mut limits.join_keys,
    ),
    limit(
        "appendcols-rows",
        APPENDCOLS_ROWS,
        "largest `max` of `appendcols`",
        |limits| &mut limits.appendcols_rows,
    ),
    limit(
        "lookup-bytes",
        LOOKUP_BYTES,
        "bytes of a lookup table",
        |limits| &mut limits.lookup_bytes,
    ),
    limit(
        "source-groups",
        SOURCE_GROUPS,
        "log groups that `SOURCE` may choose",
        |limits| &mut limits.source_groups,
    ),
    limit(
        "source-prefixes",
        SOURCE_PREFIXES,
        "prefixes in `logGroups(…)`",
        |limits| &mut limits.source_prefixes,
    ),
    limit(
        "source-accounts",
        SOURCE_ACCOUNTS,
        "accounts in `logGroups(…)`",
        |limits| &mut limits.source_accounts,
    ),
    limit(
        "data-sources",
        DATA_SOURCES,
        "data sources in `dataSource(…)`",
        |limits| &mut limits.data_sources,
    ),
    limit(
        "tag-filters",
        TAG_FILTERS,
        "filters in `logGroupTags(…)`, and values in each",
        |limits| &mut limits.tag_filters,
    ),
    limit(
        "parameters",
        PARAMETERS,
        "parameters of a query",
        |limits| &mut limits.parameters,
    ),
    limit(
        "autoregress-lag",
        AUTOREGRESS_LAG,
        "rows that `autoregress` looks back",
        |limits| &mut limits.autoregress_lag,
    ),
    limit(
        "autoregress-columns",
        AUTOREGRESS_COLUMNS,
        "columns of one `autoregress`",
        |limits| &mut limits.autoregress_columns,
    ),
    limit(
        "filled-bins",
        FILLED_BINS,
        "bins that `fillmissing` may look at",
        |limits| &mut limits.filled_bins,
    ),
];

impl Limits {
    /// Moves the limit of a name (one of [`LIMITS`]). Returns whether there is such a limit.
    pub fn set(&mut self, name: &str, value: u64) -> bool {
        let Some(limit) = LIMITS.iter().find(|limit| limit.name == name) else {
            return false;
        };
        *(limit.slot)(self) = value;
        true
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            query_chars: QUERY_CHARS as u64,
            default_rows: DEFAULT_ROWS,
            max_rows: MAX_ROWS,
            stats_stages: STATS_STAGES as u64,
            subquery_millis: SUBQUERY_MILLIS,
            subquery_values: SUBQUERY_VALUES,
            joins: JOINS,
            join_keys: JOIN_KEYS,
            appendcols_rows: APPENDCOLS_ROWS,
            lookup_bytes: LOOKUP_BYTES,
            source_groups: SOURCE_GROUPS,
            source_prefixes: SOURCE_PREFIXES,
            source_accounts: SOURCE_ACCOUNTS,
            data_sources: DATA_SOURCES,
            tag_filters: TAG_FILTERS,
            parameters: PARAMETERS,
            autoregress_lag: AUTOREGRESS_LAG,
            autoregress_columns: AUTOREGRESS_COLUMNS,
            filled_bins: FILLED_BINS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_moves_under_its_name_and_no_other() {
        for moved in LIMITS {
            let mut limits = Limits::default();
            assert!(limits.set(moved.name, 7));
            for limit in LIMITS {
                let expected = if limit.name == moved.name {
                    7
                } else {
                    limit.default
                };
                assert_eq!(*(limit.slot)(&mut limits), expected, "{}", limit.name);
            }
        }
        assert!(!Limits::default().set("rows", 7));
    }
}
