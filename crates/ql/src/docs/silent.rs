//! What Flowgauge does where AWS publishes nothing, or contradicts itself.
//!
//! Each entry is a decision of the language spec; the engine and the reference evaluator both
//! follow it, and the golden tests hold them to it.

/// One decision.
pub(super) struct Choice {
    /// The open question.
    pub question: &'static str,
    /// The answer.
    pub answer: &'static str,
}

/// Decisions about one subject.
pub(super) struct Subject {
    /// Heading.
    pub title: &'static str,
    /// Decisions, most consequential first.
    pub choices: &'static [Choice],
}

const fn choice(question: &'static str, answer: &'static str) -> Choice {
    Choice { question, answer }
}

/// All decisions by subject.
pub(super) static SUBJECTS: &[Subject] = &[
    Subject {
        title: "Missing values and truth",
        choices: &[
            choice(
                "A comparison with a missing value",
                "False for every operator, `!=`, `not like` and `not in` included. So `a != \"x\"` drops events without `a`; write `a != \"x\" or !ispresent(a)` to keep them.",
            ),
            choice(
                "`not` in front of such a comparison",
                "Ordinary negation: `not (a = 1)` is true for an event without `a`.",
            ),
            choice(
                "What `filter` takes for true",
                "Everything but a missing value, 0, empty text, `\"0\"` and `\"false\"`.",
            ),
            choice(
                "JSON `null`",
                "A missing value. A missing cell is left out of the row.",
            ),
            choice(
                "JSON `true` and `false`",
                "1 and 0. `f = true` matches JSON true; `f = \"true\"` matches only text.",
            ),
            choice(
                "The `-` of flow logs",
                "Text that is present; as a number it is missing.",
            ),
            choice(
                "Grouping by a missing value",
                "Such rows form a group of their own, whose row lacks the key.",
            ),
            choice("`concat` with a missing value", "It counts as empty text."),
        ],
    },
    Subject {
        title: "Numbers",
        choices: &[
            choice(
                "When text is a number",
                "When all of it is: an optional sign, digits, an optional fraction, an optional exponent; no blanks, no hexadecimal.",
            ),
            choice(
                "Comparing text with a number",
                "As numbers when both are numbers, so `\"080\" = 80` holds; otherwise as text by code point. Two quoted literals, also as the value and an element of `in`, compare as text.",
            ),
            choice(
                "Integers",
                "64 bits, exact: account ids and byte counters survive.",
            ),
            choice(
                "`1 / 0`, `0 / 0`, `1 % 0` and overflow to infinity",
                "A missing value; never an error or `Infinity`.",
            ),
            choice("`%` of negative numbers", "The sign of the dividend."),
            choice(
                "Precedence",
                "`or`, `and`, `not`, comparison, `+ -`, `* / %`, `^`, sign, from weak to strong; `^` groups from the right.",
            ),
            choice(
                "How numbers print",
                "Computed fractions are rounded half to even at the fourth decimal, without trailing zeros, never in scientific notation. Fields that are only shown keep their original text.",
            ),
            choice(
                "`round` at a tie",
                "Away from zero: `round(2.5)` is 3, `round(-2.5)` is -3.",
            ),
            choice(
                "Conversions that do not fit",
                "`toInt` beyond 32 bits and `toLong` beyond 64 bits give a missing value.",
            ),
        ],
    },
    Subject {
        title: "Text and patterns",
        choices: &[
            choice(
                "Escapes in strings",
                "`\\\\`, `\\\"`, `\\'`, `\\n`, `\\r`, `\\t`; the back-slash of any other stays.",
            ),
            choice(
                "Regular expressions",
                "RE2-like, in linear time: no look-around and no back-references. `\\d \\w \\s \\b` are ASCII. `.` does not match a line feed unless `(?s)` says so.",
            ),
            choice("`=~ \"text\"`", "The text is a regular expression."),
            choice(
                "`parse` globs",
                "Literal parts must occur in order. A pattern that begins with `*` captures from the start of the value, any other may match anywhere. Every `*` takes as little as possible, a last one takes the rest. A `*` may span lines; `\\*` is a literal star.",
            ),
            choice(
                "`parse … multi` without a match",
                "The row stays once, without the new fields.",
            ),
            choice(
                "`parse … csv`",
                "RFC 4180 quoting; surplus values are dropped, absent ones are missing.",
            ),
            choice(
                "Paths of `parse … xml`",
                "The part of XPath that names one place from the root: elements by name or `*`, `[n]` and `[@name=\"value\"]` behind them, and at the end `@name` or `text()`. The first place in the document counts; text in front of the document is passed over.",
            ),
            choice(
                "`substr` outside the text",
                "A negative start counts as 0; behind the end the result is empty text.",
            ),
            choice(
                "`strcontains(a, b, true)`",
                "Ignores case, as documented; the live service was seen not to.",
            ),
        ],
    },
    Subject {
        title: "Time",
        choices: &[
            choice(
                "Alignment of `bin`, `datefloor`, `dateceil`",
                "UTC. Weeks start on Monday; months, quarters and years are calendar units; multiples count from 1970-01-05 and 1970-01.",
            ),
            choice("`dateceil` on a boundary", "The time stays."),
            choice(
                "A time compared with a number",
                "The number is epoch milliseconds. A time never equals text.",
            ),
            choice(
                "`by bin(…) offset d`",
                "Shifts the boundaries of the bins by `d`, as the live service does.",
            ),
            choice(
                "`rate(f, p)`",
                "Last minus first value of the bin by time, divided by the number of periods in the bin.",
            ),
            choice(
                "`histogram(f, n)`",
                "`n` is the width of a bucket, not their number, and the function stands in `by`, as on the live service.",
            ),
        ],
    },
    Subject {
        title: "Order and number of rows",
        choices: &[
            choice(
                "Direction of `sort` without `asc` or `desc`",
                "Ascending, each key for itself.",
            ),
            choice(
                "Missing values in `sort`",
                "Before everything ascending, after everything descending.",
            ),
            choice("Ties in `sort`", "The order before the `sort` stays."),
            choice(
                "Order without `sort`",
                "Events: newest first. Groups: ascending by their keys.",
            ),
            choice(
                "Row cap",
                "10,000 rows without `limit`, 100,000 at most. Several `limit` stages each apply in place.",
            ),
            choice(
                "`stats` without `by` over no event",
                "No row at all, not a row of zeros.",
            ),
            choice(
                "`unnest` and `expand`",
                "An empty list drops the row, a missing one keeps it. Lists of every origin are expanded: JSON fields, text that holds a list (also a string inside a structure), `split`, `values`, `topk`. A map, also one that a JSON field or a text holds, is one element.",
            ),
        ],
    },
    Subject {
        title: "Commands that go by the order of rows",
        choices: &[
            choice(
                "Which order",
                "That of the rows at that point: the last `sort`, or else newest event first, and groups ascending by their keys. Groups change nothing: no command starts anew where a value changes.",
            ),
            choice(
                "`autoregress`: names and lags",
                "`field_p1` for one lag, or the name after `as`; several lags make `field_p1`, `field_p2`, …, or `name_p1`, `name_p2`, …. Values of any kind are copied. A lag is at least 1 and at most 10,000, and one command makes at most 100 columns.",
            ),
            choice(
                "`accum` without a name",
                "The sum takes the place of the field.",
            ),
            choice(
                "`accum` where the field is no number",
                "The cell is missing and the sum goes on behind it. Sums follow the rules of `sum`.",
            ),
            choice(
                "`filldown`: what is filled",
                "Missing values; empty text is a value. A name with stars chooses among the columns shown at that point, and it is an error if none matches; any field can be named in full.",
            ),
            choice(
                "`sessionize`: the id",
                "A number: 1 for the session whose first event is the earliest, and so on over all identities.",
            ),
            choice(
                "`sessionize`: order of evaluation",
                "By event time, whatever the order of rows, which stays as it is. A gap of exactly `maxspan` does not end a session. Behind `stats` a column `@timestamp` is needed.",
            ),
            choice(
                "`sessionize`: missing values",
                "A row without a time, or without one of the fields, is in no session: its id is missing.",
            ),
            choice(
                "`outlier`: quartiles",
                "Nearest rank over the numbers of all rows, as `pct` has it, but exact for any number of rows. Several fields are judged each by itself.",
            ),
            choice(
                "`outlier`: clamped values",
                "The bound, rounded to four decimals as it prints. What is no number stays as it is, and times are no numbers here.",
            ),
            choice(
                "`outlier`: the column of `mark=true`",
                "`outlier`: 1 where at least one of the fields was an outlier. With `action=remove` only rows with 0 are left.",
            ),
            choice(
                "`fillmissing`: which bins",
                "From the start to the end of the query’s time range; where it has no start or end, from the first or to the last bin of the result. Every combination of the other keys gets all of them, at most 100,000.",
            ),
            choice(
                "`fillmissing`: the new rows",
                "They have keys and the given constants; other columns are missing. All rows are in the ascending order of their keys afterwards. Rows without a time stay.",
            ),
            choice(
                "`fillmissing` behind a second `stats`",
                "A key `datefloor(time, period)` is a bin too, since there is no `bin` at that point.",
            ),
            choice(
                "`addtotals`: which fields",
                "All columns that earlier stages made and all fields that are shown, numeric group keys included, as the live service adds what was extracted; times and the system fields of the event itself are left out. Text that is a number counts, row by row.",
            ),
            choice(
                "`addtotals` after `stats`",
                "It works there too; the live service was seen to add nothing.",
            ),
            choice(
                "`addtotals col=true`",
                "A last row with the sums, rounded to four decimals as they print; its other cells are missing. For the stages behind it, it is a row like any other. No rows, no last row.",
            ),
        ],
    },
    Subject {
        title: "Several tables",
        choices: &[
            choice(
                "Several items on one `SOURCE` line, several `SOURCE` lines",
                "On one line all items must hold, except that several names mean any of them; the groups of several lines are added up. A group is read once.",
            ),
            choice(
                "The class of groups",
                "Groups that are named are read whatever their class is; where only prefixes, accounts, data sources or tags are given, a missing `class` means STANDARD.",
            ),
            choice(
                "Tag filters",
                "`*` stands for any text and a leading `!` negates; a group without the tag is never chosen.",
            ),
            choice(
                "`start=` and `end=` of `SOURCE`",
                "They replace the bounds of the query window for that query or inner query. Ages count from the start of the query, months as 30 days; numbers are seconds or milliseconds since the epoch.",
            ),
            choice(
                "An inner query without `SOURCE`",
                "It reads what the query around it reads when it names no group. `join` needs a `SOURCE` or nothing on its right side.",
            ),
            choice(
                "The column of a subquery",
                "The only column it shows; after `stats`, the only one of its last `fields`.",
            ),
            choice(
                "`estimate` and `query --explain` of a query with inner queries",
                "An inner query runs before the plan of the outer one is finished, and neither `estimate` nor `--explain` reads anything. So in a printed plan a subquery is a list without values and the other side of a `join` a table without rows; what an inner query would read is part of the estimate.",
            ),
            choice(
                "How many values a subquery may give",
                "50,000 different ones; more are an error.",
            ),
            choice(
                "Where inner queries may stand",
                "Not in each other, except that the query of `appendcols` may hold a subquery.",
            ),
            choice(
                "Which keys and values are equal",
                "Those that `=` takes for equal, in `join` and `in (…)`: `80`, `\"080\"` and `80.0` are one key. A missing value equals nothing, another missing value included. `lookup` compares the printed form: `80` matches a cell `80`, not `080`.",
            ),
            choice(
                "Several partners in a `join`",
                "A row for each, in the order of the right side. Rows keep the order of the left side.",
            ),
            choice(
                "Columns after a `join`",
                "Those shown before have the name of the left side in front. When no stage after the `join` names columns, the right side’s `@timestamp` and `@message` are shown as well. Names without a side mean the left one.",
            ),
            choice(
                "`appendcols` with unequal numbers of rows",
                "Rows without a counterpart have the new columns missing, or keep what `override=true` would replace; surplus rows of the inner query are dropped.",
            ),
            choice(
                "`appendcols` with a column that exists",
                "Without `override=true` the old one stays, with a warning.",
            ),
            choice(
                "Several rows of a lookup table with one key",
                "The first one counts. `OUTPUTNEW` fills missing and empty values; an empty cell is empty text.",
            ),
            choice(
                "Address ranges in each other",
                "The smallest one counts, of equal ones the first; an address alone is a range of one.",
            ),
            choice(
                "The column of ranges of `cidrlookup`",
                "The one after `as`; else the one with the field’s name; else the first that holds only ranges.",
            ),
            choice(
                "Parameters of saved queries",
                "Always values: a number stands as a number, everything else as quoted text, whatever it holds. They replace no names, and nothing inside quotes.",
            ),
        ],
    },
    Subject {
        title: "Aggregates",
        choices: &[
            choice(
                "Percentiles",
                "Nearest rank: the smallest value with at least that share of the numbers at or below it.",
            ),
            choice("`stddev` and `variance`", "Of the population."),
            choice(
                "Numeric aggregates without any number",
                "A missing value, also for `sum`. Text that is no number is skipped.",
            ),
            choice(
                "`countFrequent`: how approximate",
                "Exact up to 100,000 combinations. Beyond that, the least frequent are dropped; a count is never too high, and too low by at most one 50,000th of all rows. Equal counts are in the ascending order of the values; missing values are counted like others.",
            ),
            choice(
                "`min` and `max` of text",
                "By the order of `sort`, in which text precedes numbers.",
            ),
        ],
    },
    Subject {
        title: "Patterns of messages",
        choices: &[
            choice(
                "What is one pattern",
                "Texts with the same separators and number of words whose words agree for the most part. What looks like a value (number, address, time, identifier, path, URL) always counts as one; other words count as values where they differ while most words agree, unless they go hand in hand with words at other places, or are two alternatives of a sentence. Words for a severity are never values.",
            ),
            choice(
                "Types of dynamic tokens",
                "`Time`, `IP`, `ID`, `Number` (also with a unit), `Path`, `URL`, `Email`, and `Token` for anything else. A number that is the same in all of at least two events stays a number.",
            ),
            choice(
                "`@severityLabel`",
                "`FATAL`, `ERROR`, `WARN` or `DEBUG` when the pattern’s text holds that word in any case, the first of these; otherwise `INFO`.",
            ),
            choice(
                "Order and columns of patterns",
                "Most events first, then by text. `@pattern`, `@ratio`, `@sampleCount` and `@severityLabel` are shown; `@tokens` (up to ten values of each token with counts), `@visualization` (counts by start of a step of time) and `@logSamples` (up to five events) are JSON and shown where `display` or `fields` names them.",
            ),
            choice(
                "Very many different messages",
                "Patterns and counts do not depend on the order of events up to 64 words at a place, 4,096 arrangements of separators and 16,384 different messages beside that. Beyond 64 words a place holds any word; beyond 4,096 arrangements only the number of words counts; beyond the last, fewer words make a place one for any word. A token’s values are exact up to 16 different ones, a sample beyond.",
            ),
            choice(
                "Columns of `diff` and `logcompare`",
                "`@pattern`, `@sampleCount`, `@diffCount` (events more than in the other window), `@diffDescription` and `@severityLabel`; the greatest change first. Patterns of both windows are mined together; those that are gone have the count 0. `logcompare` is `pattern @message` and `diff` with another window.",
            ),
            choice(
                "The other window of `diff`",
                "It has the same length and lies just before, or a day, seven days or a calendar month earlier, and what stands before `pattern` holds for it, too. Without a start and an end of the query there is none, which is an error.",
            ),
            choice(
                "Columns of `anomaly`",
                "`@anomalyScore` (a half at the threshold, towards 1), `@anomalyType` of the highest score, and `@anomalyDescription` of all; patterns with nothing unusual stay and lack them.",
            ),
            choice(
                "What is unusual",
                "The last quarter of the time, of at least 8 steps, is compared with what was before, at least 20 events. Pattern frequency: events per step change by a factor of two and by four deviations. New pattern: none before. Token variation: a new value of a token that had at most eight. Numeric token: the mean changes by a half and by four deviations of the steps’ means. HTTP error code: the share of 400 to 599 doubles, by four deviations.",
            ),
        ],
    },
    Subject {
        title: "Relevant fields",
        choices: &[
            choice(
                "`@relevanceScore`",
                "The Jensen–Shannon divergence to base 2 between the values of the events that meet the condition and those of the others, rounded to six decimals: 0 for the same shares, 1 where no value is on both sides. Both sides weigh the same, and a missing value is a value.",
            ),
            choice(
                "Numeric and categorical fields",
                "A field is numeric when all its values are numbers (or `-`, which flow logs print for a missing one) and more than 20 of them are different. Its score is that of missing, up to a threshold, and above it, at the threshold with the highest; it has medians. Any other field has `@topRelevanceContributors`: up to five values as JSON, those that add most to the score first, with their shares of both sides.",
            ),
            choice(
                "Fields that `relevantfields` compares without a list",
                "Those that the beginnings of up to 64 files show, at most the 200 most common; without the system’s own (`@message`, `@timestamp`, `@log` and the like), the fields that the condition names, and categorical fields whose values are all different. Fields of one score are in the order of their names, or of the list. Standard input can be read once, so there the fields must be named.",
            ),
            choice(
                "`estimate` and `query --explain` of `relevantfields`",
                "Neither reads anything, not even the beginnings of files that tell which fields there are. So without a list, a printed plan compares no fields.",
            ),
            choice(
                "Nothing to compare",
                "When all events or none meet the condition there are no rows; a field that no event has is no row.",
            ),
            choice(
                "`relevantfields` and `parse`",
                "A field made by `parse` cannot be compared (`Query cannot be compiled`); the condition may use it. Columns that `fields` computes can be compared.",
            ),
            choice(
                "Very many different values",
                "Scores are exact up to 4,096 values of a field. Beyond, numbers lose as many of their last bits as leaves at most 8,192 different ones, and categorical fields are judged by their frequent values and a sample of the others. Values over 256 bytes are shown cut.",
            ),
        ],
    },
    Subject {
        title: "Addresses",
        choices: &[
            choice(
                "A subnet with host bits set",
                "They are ignored: `10.0.0.5/8` is `10.0.0.0/8`.",
            ),
            choice(
                "What is private, reserved, public",
                "Private: RFC 1918. Reserved: IANA’s special-purpose registries. Public: valid and neither of the two.",
            ),
            choice(
                "Text that is no address",
                "0 for every test; a missing value for `ipv4ToNumber`.",
            ),
        ],
    },
    Subject {
        title: "Names and fields",
        choices: &[
            choice(
                "Defining a name twice",
                "An error that names the field, also within one `fields`, `display` or `stats`. Within one `fields` stage, later expressions see earlier aliases.",
            ),
            choice(
                "Columns of stages that add to events",
                "While no stage has chosen columns (`fields`, `display`, `parse`, `json`, `unnest`, `stats`), what `lookup`, `cidrlookup`, `appendcols`, `sessionize`, `autoregress`, `accum`, `filldown`, `outlier` and `addtotals` add stands behind `@timestamp` and `@message`.",
            ),
            choice(
                "Order of columns",
                "That of the stages that make or name them; a later `fields` that lists a column made before it puts it where it lists it. What `stats` left keeps its place.",
            ),
            choice(
                "`display` before the stage that makes a column",
                "It shows the new column: names in `display` are looked up at the end of the query. Its expressions are computed where it stands.",
            ),
            choice(
                "Parts of a field that `filldown` or another stage has replaced",
                "Those of the new value: `o.key` is looked up in what the column holds.",
            ),
            choice(
                "Back-ticked names",
                "Always a field, never text; a field that does not exist is missing.",
            ),
            choice(
                "Flow log fields",
                "Known under all published spellings (`pktSrcAddr`, `pktSrcaddr`, `pkt_srcaddr`, `` `pkt-srcaddr` ``; `start` and `startTime`), in any case; columns keep the spelling of the query.",
            ),
            choice(
                "JSON keys with dots",
                "`a.b` finds both the key `a.b` and the key `b` inside `a`; the nested one wins.",
            ),
            choice(
                "JSON events with more than 200 fields",
                "The first 200 in document order are fields; the rest needs `jsonParse(@message)`.",
            ),
            choice(
                "System fields of files",
                "`@log` is account and path, `@logStream` the file name where the format has none of its own. Events without a time take the time slot of the object key; where there is none, they have no time.",
            ),
        ],
    },
];
