//! The texts, operators and calls that generated queries are made of.

/// Texts that comparisons and searches use.
pub(super) const TEXTS: &[&str] = &[
    "", "-", "ACCEPT", "REJECT", "a", "a1", "10", "080", "0.0", "false", "é", "10.0.", " ",
];

/// Regular expressions that `like` uses.
pub(super) const REGEXES: &[&str] = &[
    "^a",
    r"\d+",
    "(?i)accept",
    r"^\d+\.\d+",
    ".",
    "^$",
    "[a-c]{2}",
];

/// Operators; every operation is rendered in parentheses.
pub(super) const OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "%", "=", "!=", "<", "<=", ">", ">=", "and", "or",
];

/// Calls of scalar functions and prefix operators; `{}` is an expression.
pub(super) const CALLS: &[&str] = &[
    "abs({})",
    "ceil({})",
    "floor({})",
    "round({})",
    "round({}, 1)",
    "greatest({}, {})",
    "least({}, 7)",
    "toInt({})",
    "toLong({})",
    "toNumber({})",
    "fromMillis({})",
    "toMillis(@T)",
    "datefloor(@T, 1m)",
    "dateceil(@T, 5m)",
    "ispresent({})",
    // Branches of one kind: where kinds differ, a result has no kind before the query runs.
    "coalesce(concat({}), tolower({}))",
    "coalesce(jsonParse({}), concat({}))",
    "case({}, {} + 1, {}, -({}))",
    "if({}, ispresent({}), {} * 2)",
    "if({}, jsonParse({}), split({}, \"1\"))",
    "(case({}, {}, {}, {}) like \"1\")",
    "isNumeric({})",
    "messageSize({})",
    "isempty({})",
    "isblank({})",
    "concat({}, \"-\", {})",
    "trim({})",
    "ltrim({}, \"a1\")",
    "strlen({})",
    "toupper({})",
    "tolower({})",
    "substr({}, 1, 2)",
    "replace({}, \"1\", \"<one>\")",
    "regexReplace({}, /([0-9])/, \"[$1]\")",
    "strcontains({}, \"a\")",
    "startsWith({}, \"1\")",
    "endsWith({}, \"0\")",
    "urlencode({})",
    "base64encode({})",
    "decToHex({})",
    "hexToDec({})",
    "md5({})",
    "isValidIp({})",
    "isPrivateIP({})",
    "isIpv4InSubnet({}, \"10.0.1.0/24\")",
    "ipv4ToNumber({})",
    "isReservedIP({})",
    "isPublicIP({})",
    "isValidIpV4({})",
    "isValidIpV6({})",
    "isIpInSubnet({}, \"10.0.0.0/8\")",
    "isIpv6InSubnet({}, \"2001:db8::/32\")",
    "haversine({}, {}, {}, 13.4)",
    "toDouble({})",
    "rtrim({}, \"0\")",
    "now()",
    "queryStartTime()",
    "queryEndTime()",
    "queryTimeRange()",
    "log({})",
    "sqrt({})",
    "formatDate(@T, \"%Y-%m-%d %H:%M\")",
    "parseDate({}, \"yyyy-MM-dd HH:mm\")",
    "urldecode({})",
    "base64decode({})",
    "hexToAscii({})",
    "sha256({})",
    "unmask({})",
    "split({}, \"1\")",
    "jsonParse({})",
    "jsonStringify({})",
    "jsonArraySize({})",
    "jsonArrayContains({}, 1)",
    "-({})",
    "(not {})",
];

/// Calls of aggregates.
pub(super) const AGGREGATES: &[&str] = &[
    "count(*)",
    "count({})",
    "countDistinct({})",
    "sum({})",
    "avg({})",
    "min({})",
    "max({})",
    "pct({}, 90)",
    "median({})",
    "stddev({})",
    "variance({})",
    "values({})",
    "sortsFirst({})",
    "sortsLast({})",
    "sum({}) / count(*)",
    "sumOverTime({})",
    "countOverTime({})",
];

/// Aggregates that need the event time, which only raw rows have.
pub(super) const TIMED_AGGREGATES: &[&str] = &["earliest({})", "latest({})", "rate({}, 1m)"];

/// The event time where there is none.
pub(super) const NO_TIME: &str = "1714521600000";
