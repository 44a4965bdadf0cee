//! What users are told to do about a mistake: the help of the first error or warning.

use flowgauge_ql::{Options, compile};

#[test]
fn help_says_what_to_do() {
    let mut wrong = Vec::new();
    for (query, help) in [
        ("feilds a", "did you mean `fields`?"),
        ("fields srtlen(a)", "did you mean `strlen`?"),
        ("fields COUNTDISTICT(a)", "did you mean `countDistinct`?"),
        (
            "stats count(*) as hits | fields hist",
            "did you mean `hits`?",
        ),
        (
            "stats count(*) as n, sum(a) as s | fields bytes",
            "at this point there are: n, s",
        ),
        ("addtotals cols=true", "did you mean `col=`?"),
        (
            "filter @timestamp > ago(30m)",
            "choose the window with --start, or compare toMillis(@timestamp) with now() * 1000",
        ),
        ("fields upper(a)", "did you mean `toupper`?"),
        ("stats percentile(a, 9)", "did you mean `pct`?"),
        ("filter a = null", "test with ispresent(…)"),
        (
            "filter a = {{p}}",
            "give it with --param name=value, or write the value itself here",
        ),
        (
            "filter a = “x”",
            "strings take straight quotes: \"…\" or '…'",
        ),
        (
            "filter a = 10.0.0.1",
            "put addresses, versions and other text in quotes",
        ),
        ("filter a && b", "write `and`"),
        ("filter a in [x]", "put text in quotes: \"x\""),
        (
            "filter a is null",
            "test whether a field is there with `ispresent(field)`",
        ),
        (
            "filter m like /a/b/",
            "a slash inside a regular expression is written \\/",
        ),
        ("fields a limit 1", "put a `|` in front of `limit`"),
        (
            "fields a b",
            "put `as` in front of a new name, and a comma between two fields",
        ),
        ("fields strlen(a, 1)", "write strlen(s)"),
        (
            "filter m like /a(?=b)/",
            "look-around and back-references do not exist in this language",
        ),
        (
            "filter m like /(a{1000}){1000}/",
            "repeat fewer times: `{1000}` inside `{1000}` is a million",
        ),
        (
            "parse m xml \"r/a\" as z",
            "write one like '/order/item[2]/@id'",
        ),
        ("parse m \"* *\" as a", "give one name for each `*`"),
        (
            "fields a | dedup a | sort a",
            "move this stage before `dedup`",
        ),
        ("limit 1 | sort a", "write `sort … | limit …`"),
        (
            "tail 5",
            "`tail` is no longer part of the language; reverse the `sort` and use `limit`",
        ),
        (
            "stats count(*) by a | filter b = 1",
            "write the filter before `stats`",
        ),
    ] {
        let compiled = compile(query, &Options::default());
        let found = compiled
            .diagnostics
            .first()
            .and_then(|found| found.help.as_deref());
        if found != Some(help) {
            wrong.push(format!("{query}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
