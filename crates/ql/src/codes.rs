//! Codes of diagnostics. A code never changes its meaning; a retired code is not used again.
//!
//! `Q0xx` lexical, `Q1xx` syntax, `Q2xx` names, `Q3xx` order of stages, `Q4xx` values and
//! arguments, `Q5xx` understood but not runnable, `W1xx` leniencies (errors under `--strict`),
//! `W2xx` hints, `F1xx` filter patterns.

/// A character that starts no token.
pub const BAD_CHARACTER: &str = "Q001";
/// A string, name or regular expression without its closing delimiter.
pub const UNTERMINATED: &str = "Q002";
/// A number that is no number of the language.
pub const BAD_NUMBER: &str = "Q003";
/// The query text is too long.
pub const TOO_LONG: &str = "Q004";
/// A token that the grammar does not allow here.
pub const UNEXPECTED: &str = "Q101";
/// An empty query or an empty stage.
pub const EMPTY_STAGE: &str = "Q102";
/// An expression nested too deeply.
pub const TOO_DEEP: &str = "Q103";
/// An unknown command.
pub const UNKNOWN_COMMAND: &str = "Q201";
/// An unknown function.
pub const UNKNOWN_FUNCTION: &str = "Q202";
/// A name that the preceding `stats` does not produce.
pub const UNKNOWN_NAME: &str = "Q203";
/// A name defined twice.
pub const REDEFINED: &str = "Q204";
/// An unknown option of a command.
pub const UNKNOWN_OPTION: &str = "Q205";
/// A `{{parameter}}` or `$saved(...)` query that nothing defines.
pub const UNKNOWN_SAVED: &str = "Q206";
/// A log group that nobody knows.
pub const UNKNOWN_GROUP: &str = "Q207";
/// A lookup table, or a column of one, that nobody knows.
pub const UNKNOWN_TABLE: &str = "Q208";
/// A stage that may not stand here.
pub const STAGE_ORDER: &str = "Q301";
/// Too many stages of a kind.
pub const TOO_MANY_STAGES: &str = "Q302";
/// An inner query that may not stand here, or gives what is not wanted.
pub const INNER_QUERY: &str = "Q304";
/// An aggregate where only row values may stand, or the reverse.
pub const AGGREGATE_PLACE: &str = "Q303";
/// A wrong number of arguments.
pub const ARGUMENT_COUNT: &str = "Q401";
/// An argument of the wrong kind or out of range.
pub const BAD_ARGUMENT: &str = "Q402";
/// A regular expression that cannot be compiled.
pub const BAD_REGEX: &str = "Q403";
/// A glob whose stars do not match its names.
pub const BAD_GLOB: &str = "Q404";
/// A stage or form that is understood but cannot run yet.
pub const CANNOT_RUN: &str = "Q501";

/// A filter on raw fields after `stats` was moved before it.
pub const MOVED_FILTER: &str = "W101";
/// `limit` before `sort` was read as top-N.
pub const SWAPPED_LIMIT: &str = "W102";
/// A `sort` by a name that does not exist after `stats` was ignored.
pub const IGNORED_SORT: &str = "W103";
/// A doubled `and` or `or` was read as one.
pub const DOUBLED_OPERATOR: &str = "W104";
/// A pipe in front of `as` or inside a list of names was ignored.
pub const STRAY_PIPE: &str = "W105";
/// An aggregate used as a command was read as `stats`.
pub const IMPLIED_STATS: &str = "W106";
/// A legacy spelling was accepted (`head`, `order`, a missing `as`, …).
pub const LEGACY_FORM: &str = "W107";
/// A period was clamped (`bin(300s)` acts as `bin(60s)`).
pub const CLAMPED_PERIOD: &str = "W201";
/// A comparison that can never match or is probably not what was meant.
pub const SUSPECT_COMPARISON: &str = "W202";
/// A name that is no field of flow logs, in a query over flow logs alone.
pub const UNKNOWN_FIELD: &str = "W203";

/// A column of an inner query was left out because one of its name exists.
pub const COLUMN_LEFT_OUT: &str = "W204";
/// A part of a query that changes nothing where it stands.
pub const NO_EFFECT: &str = "W205";

/// A filter pattern that cannot be read.
pub const BAD_FILTER_PATTERN: &str = "F101";
