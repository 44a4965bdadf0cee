//! What AWS accepts, or published queries rely on, beyond the strict reading of the language.
//!
//! Every one warns with its code; under `--strict` the `W1xx` ones are errors.

use crate::codes;

/// One leniency or hint.
pub(super) struct Leniency {
    /// Code of the warning.
    pub code: &'static str,
    /// What is accepted, or noticed.
    pub what: &'static str,
    /// What a query looks like that meets it.
    pub example: &'static str,
    /// What happens then.
    pub effect: &'static str,
}

/// By code.
pub(super) static LENIENCIES: &[Leniency] = &[
    Leniency {
        code: codes::MOVED_FILTER,
        what: "a filter on raw fields after the only `stats`",
        example: "stats sum(bytes) by dstAddr | filter action = \"REJECT\"",
        effect: "the filter runs before `stats`",
    },
    Leniency {
        code: codes::SWAPPED_LIMIT,
        what: "`limit` directly before `sort`, and no `sort` before it",
        example: "limit 10 | sort bytes desc",
        effect: "the rows are sorted first: the top 10",
    },
    Leniency {
        code: codes::IGNORED_SORT,
        what: "`sort` by a raw field after `stats`",
        example: "stats count(*) by action | sort @timestamp",
        effect: "the key is ignored",
    },
    Leniency {
        code: codes::DOUBLED_OPERATOR,
        what: "`and` or `or` written twice",
        example: "filter a = 1 and and b = 2",
        effect: "one of them counts",
    },
    Leniency {
        code: codes::STRAY_PIPE,
        what: "a pipe in front of `as` or inside a list of names",
        example: "parse @message \"*\" | as a",
        effect: "the pipe is ignored",
    },
    Leniency {
        code: codes::IMPLIED_STATS,
        what: "an aggregate in place of a command",
        example: "count(*) by action",
        effect: "it is read as `stats count(*) by action`",
    },
    Leniency {
        code: codes::LEGACY_FORM,
        what: "a spelling of older versions",
        example: "head 20",
        effect: "it is read as today’s form: `limit 20`",
    },
    Leniency {
        code: codes::CLAMPED_PERIOD,
        what: "a period above the cap of its unit (1000 ms, 60 s, 60 m, 24 h)",
        example: "stats count(*) by bin(300s)",
        effect: "it is cut to the cap, as AWS silently does: write `bin(5m)`",
    },
    Leniency {
        code: codes::SUSPECT_COMPARISON,
        what: "a comparison that can never match, or hardly as meant",
        example: "filter @timestamp > \"2026-01-01\"",
        effect: "it runs as written",
    },
    Leniency {
        code: codes::UNKNOWN_FIELD,
        what: "a name that is no field of flow logs, where the inputs are nothing else and no header line or Parquet file adds it",
        example: "filter srcAdr = \"10.0.0.1\"",
        effect: "the value is missing everywhere",
    },
    Leniency {
        code: codes::COLUMN_LEFT_OUT,
        what: "an inner query of `appendcols` with a column that exists already",
        example: "fields a | appendcols (SOURCE 'other' | fields a)",
        effect: "the column that was there stays",
    },
    Leniency {
        code: codes::NO_EFFECT,
        what: "`offset` without a `bin`, `sort` before `limit any`, `filldown` where nothing is shown",
        example: "stats count(*) by action offset 1h",
        effect: "it changes nothing",
    },
];
