//! The registry of functions: one file each under `functions/`, listed once in [`FUNCTIONS`].
//!
//! Name resolution, arity checks, `flowgauge help`, `docs/language.md`, completion and the
//! coverage test derive from this slice. What a function computes lives in the engine (vectorised)
//! and in the reference evaluator (row by row).
//!
//! A missing first argument gives a missing result unless the summary of the function says
//! otherwise (spec 7).

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

mod abs;
mod avg;
mod base64decode;
mod base64encode;
mod bin;
mod case;
mod ceil;
mod coalesce;
mod concat;
mod count;
mod count_distinct;
mod count_over_time;
mod dateceil;
mod datefloor;
mod dec_to_hex;
mod earliest;
mod ends_with;
mod floor;
mod format_date;
mod from_millis;
mod greatest;
mod haversine;
mod hex_to_ascii;
mod hex_to_dec;
mod histogram;
mod if_;
mod ipv4_to_number;
mod is_ip_in_subnet;
mod is_ipv4_in_subnet;
mod is_ipv6_in_subnet;
mod is_numeric;
mod is_private_ip;
mod is_public_ip;
mod is_reserved_ip;
mod is_valid_ip;
mod is_valid_ip_v4;
mod is_valid_ip_v6;
mod isblank;
mod isempty;
mod ispresent;
mod json_array_contains;
mod json_array_size;
mod json_parse;
mod json_stringify;
mod latest;
mod least;
mod log;
mod ltrim;
mod max;
mod md5;
mod median;
mod message_size;
mod min;
mod now;
mod parse_date;
mod pct;
mod query_end_time;
mod query_start_time;
mod query_time_range;
mod rate;
mod regex_replace;
mod replace;
mod round;
mod rtrim;
mod sha256;
mod sorts_first;
mod sorts_last;
mod split;
mod sqrt;
mod starts_with;
mod stddev;
mod strcontains;
mod strlen;
mod substr;
mod sum;
mod sum_over_time;
mod to_double;
mod to_int;
mod to_long;
mod to_millis;
mod to_number;
mod tolower;
mod topk;
mod toupper;
mod trim;
mod unmask;
mod urldecode;
mod urlencode;
mod values;
mod variance;

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

impl Group {
    /// Every group, in the order of the manual.
    pub const ALL: [Group; 10] = [
        Group::Numeric,
        Group::DateTime,
        Group::General,
        Group::Json,
        Group::Ip,
        Group::Text,
        Group::Hash,
        Group::Aggregate,
        Group::Selector,
        Group::TimeSeries,
    ];

    /// Heading in the manual.
    pub fn title(self) -> &'static str {
        match self {
            Group::Numeric => "Numbers",
            Group::DateTime => "Date and time",
            Group::General => "General",
            Group::Json => "JSON and structures",
            Group::Ip => "IP addresses",
            Group::Text => "Text",
            Group::Hash => "Hashes",
            Group::Aggregate => "Aggregates of `stats`",
            Group::Selector => "Selectors of `stats`",
            Group::TimeSeries => "Time series in `stats`",
        }
    }
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
    /// A subnet such as `10.0.0.0/8`; checked before the query runs when it is constant.
    Subnet,
}

/// An executed example.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// A complete query.
    pub query: &'static str,
    /// What it shows.
    pub shows: &'static str,
}

/// Everything that is known about a function before it runs. Its `Debug` form is its name, so that
/// a printed pipeline stays readable.
pub struct Function {
    /// Canonical name of the 2026 guide.
    pub name: &'static str,
    /// Further spellings (spec 7.10).
    pub aliases: &'static [&'static str],
    /// Group in the manual.
    pub group: Group,
    /// Whether it is one of the 88 functions that the AWS guide lists.
    pub documented: bool,
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
    /// Expressions over literals and the printed result (`None`: missing). They are executed.
    /// Empty for functions whose result depends on the rows or on the time of the query.
    pub examples: &'static [(&'static str, Option<&'static str>)],
    /// Whole queries, for functions that have no literal-only examples.
    pub queries: &'static [Example],
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Function {
    /// Whether the function belongs into `stats` only.
    pub fn is_aggregate(&self) -> bool {
        matches!(
            self.group,
            Group::Aggregate | Group::Selector | Group::TimeSeries
        )
    }

    /// The file of its golden cases, inside `cases/`.
    pub fn case_file(&self) -> String {
        format!("functions/{}.insights", self.name)
    }

    /// How many arguments a call may have. The `*` of `count(*)` counts as none.
    pub fn arity(&self) -> Arity {
        Arity {
            min: self.required.len(),
            max: (!self.variadic).then_some(self.required.len() + self.optional.len()),
        }
    }

    /// The allowed range when a call with `count` arguments is wrong.
    pub fn check_arity(&self, count: usize) -> Result<(), Arity> {
        let arity = self.arity();
        if arity.allows(count) {
            Ok(())
        } else {
            Err(arity)
        }
    }

    /// What the argument at `index` (from 0) takes; `None` behind the last one.
    pub fn param(&self, index: usize) -> Option<Param> {
        let mut params = self.required.iter().chain(self.optional);
        match params.nth(index) {
            Some(param) => Some(*param),
            None if self.variadic => self.optional.last().or(self.required.last()).copied(),
            None => None,
        }
    }
}

/// A range of argument counts; prints as `exactly 2 arguments`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arity {
    /// Fewest arguments.
    pub min: usize,
    /// Most arguments; `None` means any number.
    pub max: Option<usize>,
}

impl Arity {
    /// Whether a call may have `count` arguments.
    pub fn allows(self, count: usize) -> bool {
        count >= self.min && self.max.is_none_or(|max| count <= max)
    }
}

impl fmt::Display for Arity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = |count| if count == 1 { "argument" } else { "arguments" };
        let min = self.min;
        match self.max {
            Some(0) => f.write_str("no arguments"),
            Some(max) if max == min => write!(f, "exactly {max} {}", noun(max)),
            Some(max) if min == 0 => write!(f, "at most {max} {}", noun(max)),
            Some(max) if max == min + 1 => write!(f, "{min} or {max} arguments"),
            Some(max) => write!(f, "{min} to {max} arguments"),
            None => write!(f, "at least {min} {}", noun(min)),
        }
    }
}

/// Every function, by group.
pub static FUNCTIONS: &[&Function] = &[
    // Numeric.
    &abs::ABS,
    &ceil::CEIL,
    &floor::FLOOR,
    &round::ROUND,
    &greatest::GREATEST,
    &least::LEAST,
    &log::LOG,
    &sqrt::SQRT,
    &haversine::HAVERSINE,
    &to_number::TO_NUMBER,
    &to_double::TO_DOUBLE,
    &to_int::TO_INT,
    &to_long::TO_LONG,
    // Date and time.
    &bin::BIN,
    &datefloor::DATEFLOOR,
    &dateceil::DATECEIL,
    &from_millis::FROM_MILLIS,
    &to_millis::TO_MILLIS,
    &now::NOW,
    &parse_date::PARSE_DATE,
    &format_date::FORMAT_DATE,
    // General.
    &ispresent::ISPRESENT,
    &coalesce::COALESCE,
    &case::CASE,
    &if_::IF,
    &is_numeric::IS_NUMERIC,
    &message_size::MESSAGE_SIZE,
    &query_start_time::QUERY_START_TIME,
    &query_end_time::QUERY_END_TIME,
    &query_time_range::QUERY_TIME_RANGE,
    &unmask::UNMASK,
    // JSON and structures.
    &json_parse::JSON_PARSE,
    &json_stringify::JSON_STRINGIFY,
    &json_array_size::JSON_ARRAY_SIZE,
    &json_array_contains::JSON_ARRAY_CONTAINS,
    // IP addresses.
    &is_valid_ip::IS_VALID_IP,
    &is_valid_ip_v4::IS_VALID_IP_V4,
    &is_valid_ip_v6::IS_VALID_IP_V6,
    &is_ip_in_subnet::IS_IP_IN_SUBNET,
    &is_ipv4_in_subnet::IS_IPV4_IN_SUBNET,
    &is_ipv6_in_subnet::IS_IPV6_IN_SUBNET,
    &ipv4_to_number::IPV4_TO_NUMBER,
    &is_private_ip::IS_PRIVATE_IP,
    &is_public_ip::IS_PUBLIC_IP,
    &is_reserved_ip::IS_RESERVED_IP,
    // Strings.
    &isempty::ISEMPTY,
    &isblank::ISBLANK,
    &concat::CONCAT,
    &ltrim::LTRIM,
    &rtrim::RTRIM,
    &trim::TRIM,
    &strlen::STRLEN,
    &toupper::TOUPPER,
    &tolower::TOLOWER,
    &substr::SUBSTR,
    &replace::REPLACE,
    &regex_replace::REGEX_REPLACE,
    &strcontains::STRCONTAINS,
    &starts_with::STARTS_WITH,
    &ends_with::ENDS_WITH,
    &urlencode::URLENCODE,
    &urldecode::URLDECODE,
    &base64encode::BASE64ENCODE,
    &base64decode::BASE64DECODE,
    &split::SPLIT,
    &hex_to_ascii::HEX_TO_ASCII,
    &hex_to_dec::HEX_TO_DEC,
    &dec_to_hex::DEC_TO_HEX,
    // Hashes.
    &md5::MD5,
    &sha256::SHA256,
    // Aggregates of `stats`.
    &count::COUNT,
    &count_distinct::COUNT_DISTINCT,
    &avg::AVG,
    &sum::SUM,
    &min::MIN,
    &max::MAX,
    &pct::PCT,
    &median::MEDIAN,
    &stddev::STDDEV,
    &variance::VARIANCE,
    &values::VALUES,
    &topk::TOPK,
    // Selectors of `stats`.
    &earliest::EARLIEST,
    &latest::LATEST,
    &sorts_first::SORTS_FIRST,
    &sorts_last::SORTS_LAST,
    // Time series.
    &rate::RATE,
    &count_over_time::COUNT_OVER_TIME,
    &sum_over_time::SUM_OVER_TIME,
    &histogram::HISTOGRAM,
];

static BY_NAME: LazyLock<HashMap<String, &'static Function>> = LazyLock::new(|| {
    FUNCTIONS
        .iter()
        .flat_map(|function| {
            std::iter::once(&function.name)
                .chain(function.aliases)
                .map(|name| (name.to_ascii_lowercase(), *function))
        })
        .collect()
});

/// The function of a name or alias, in any case.
pub fn find(name: &str) -> Option<&'static Function> {
    BY_NAME.get(&name.to_ascii_lowercase()).copied()
}

/// Canonical names, by group; for completion and suggestions.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name)
}

#[cfg(test)]
mod tests;
