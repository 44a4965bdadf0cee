//! Query → code, text of the span, message and help of each diagnostic.

mod expressions;
mod lexical;
mod stages;

use super::assert_diagnostics;

#[test]
fn queries_that_are_no_stages() {
    assert_diagnostics(&[
        (
            "",
            "Q102",
            "",
            "the query is empty",
            "start with a command, such as `fields @timestamp, @message`",
        ),
        (
            "   # only a comment",
            "Q102",
            "",
            "the query is empty",
            "start with a command, such as `fields @timestamp, @message`",
        ),
        (
            "| limit 5",
            "Q102",
            "|",
            "the query starts with a pipe",
            "remove the pipe or write a command beside it",
        ),
        (
            "fields a || limit 5",
            "Q102",
            "||",
            "there is no command between two pipes",
            "remove the pipe or write a command beside it",
        ),
        (
            "fields a | | limit 5",
            "Q102",
            "|",
            "there is no command between two pipes",
            "remove the pipe or write a command beside it",
        ),
        (
            "fields a | limit 5 |",
            "Q102",
            "|",
            "the query ends with a pipe",
            "remove the pipe or write a command beside it",
        ),
        (
            "feilds a",
            "Q201",
            "feilds",
            "unknown command `feilds`",
            "did you mean `fields`?",
        ),
        (
            "tail 5",
            "Q201",
            "tail",
            "unknown command `tail`",
            "`tail` is no longer part of the language; reverse the `sort` and use `limit`",
        ),
        (
            r#"search "x""#,
            "Q201",
            "search",
            "unknown command `search`",
            r#"`search` is no longer part of the language; use `filter @message like "text"`"#,
        ),
        (
            "as a",
            "Q201",
            "as",
            "unknown command `as`",
            "`as` belongs to the stage before it; remove the pipe",
        ),
        (
            "parse_json(@message) as x",
            "Q201",
            "parse_json",
            "`parse_json(…)` is a function call, not a command",
            "compute a column with `fields parse_json(…) as name`",
        ),
        (
            r#""text""#,
            "Q101",
            r#""text""#,
            r#"expected a command, found the string "text""#,
            "",
        ),
        (
            "$saved",
            "Q101",
            "",
            "expected `(` after the name of a saved query, found the end of the query",
            "",
        ),
        (
            "$saved(x 1)",
            "Q101",
            "1",
            "expected `=` after a parameter, found the number 1",
            "",
        ),
        (
            "fields a | filtr b | limit x | stats count(*",
            "Q201",
            "filtr",
            "unknown command `filtr`",
            "did you mean `filter`?",
        ),
        (
            "fields a | filtr b | limit x | stats count(*",
            "Q101",
            "x",
            "expected a number of rows, found `x`",
            "",
        ),
        (
            "fields a | filtr b | limit x | stats count(*",
            "Q101",
            "*",
            "expected a value, found `*`",
            "",
        ),
        (
            "fields 'a\nb' as c | sortt",
            "Q201",
            "sortt",
            "unknown command `sortt`",
            "did you mean `sort`?",
        ),
    ]);
}

#[test]
fn leniencies_warn() {
    assert_diagnostics(&[
        (
            "filter a = 1 and and b = 2",
            "W104",
            "and",
            "`and` is written twice; read as one",
            "remove one `and`",
        ),
        (
            "filter a = 1 or or or b = 2",
            "W104",
            "or",
            "`or` is written twice; read as one",
            "remove one `or`",
        ),
        (
            "filter a = 1 or or or b = 2",
            "W104",
            "or",
            "`or` is written twice; read as one",
            "remove one `or`",
        ),
        (
            r#"parse @message "* *"
| as a, 
| b"#,
            "W105",
            "|",
            "the pipe in front of `as` is ignored",
            "remove the pipe",
        ),
        (
            r#"parse @message "* *"
| as a, 
| b"#,
            "W105",
            "|",
            "the pipe inside the list of names is ignored",
            "remove the pipe",
        ),
        (
            r#"parse @message "* *" a, b"#,
            "W107",
            "a",
            "the names of a `parse` stand without `as`",
            "write `as` in front of the names",
        ),
        (
            "count (*) by dstPort",
            "W106",
            "count",
            "`count` is an aggregate function, not a command; read as `stats count(…)`",
            "write `stats count(…)`",
        ),
        (
            "COUNT_DISTINCT(a)",
            "W106",
            "COUNT_DISTINCT",
            "`COUNT_DISTINCT` is an aggregate function, not a command; read as `stats COUNT_DISTINCT(…)`",
            "write `stats COUNT_DISTINCT(…)`",
        ),
        (
            "head 5",
            "W107",
            "head",
            "`head` is an old spelling of `limit`",
            "write `limit 5`",
        ),
        (
            "order by a desc",
            "W107",
            "order by",
            "`order by` is an old spelling of `sort`",
            "write `sort`",
        ),
        (
            "order a",
            "W107",
            "order",
            "`order` is an old spelling of `sort`",
            "write `sort`",
        ),
        (
            "stats count(*) group by a",
            "W107",
            "group",
            "`group by` is read as `by`",
            "write `by`",
        ),
    ]);
}

#[test]
fn an_unknown_command_is_told_what_there_is() {
    let parsed = crate::parser::parse("banana split");
    let finding = parsed.diagnostics.first().expect("an error");
    assert_eq!(finding.code, "Q201");
    assert_eq!(finding.message, "unknown command `banana`");
    let help = format!("the commands are {}", crate::commands::listed_names());
    assert_eq!(finding.help.as_deref(), Some(help.as_str()));
}
