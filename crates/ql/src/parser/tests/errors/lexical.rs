//! Errors of characters, quotes, numbers and parameters.

use super::super::assert_diagnostics;

#[test]
fn characters_that_make_no_word() {
    assert_diagnostics(&[
        (
            "filter a ~= /x/",
            "Q001",
            "~",
            "unexpected character `~`",
            "a match with a regular expression is written `=~`",
        ),
        (
            "filter a = “x”",
            "Q001",
            "“",
            "`“` is a typographic quote",
            r#"strings take straight quotes: "…" or '…'"#,
        ),
        (
            "filter größe = 1",
            "Q001",
            "öße",
            "`öße` cannot stand in a bare name",
            "put the whole name in back-ticks",
        ),
        (
            r#"filter a = "x"#,
            "Q002",
            r#""x"#,
            r#"this string has no closing quote: "x"#,
            r#"close it with the quote that opens it; a quote inside is written \""#,
        ),
        (
            "filter `a = 1",
            "Q002",
            "`a = 1",
            "this name has no closing back-tick: `a = 1",
            "",
        ),
        (
            "filter a like /x",
            "Q002",
            "/x",
            "this regular expression has no closing slash: /x",
            r#"a slash inside a regular expression is written \/"#,
        ),
        (
            "filter ip = 10.0.0.1",
            "Q003",
            "10.0.0.1",
            "`10.0.0.1` is no number",
            "put addresses, versions and other text in quotes",
        ),
        (
            "filter a = 0x1F",
            "Q003",
            "0x1F",
            "`0x1F` is a hexadecimal number",
            r#"write decimal numbers, or convert text with hexToDec("…")"#,
        ),
        (
            "filter a > 5m",
            "Q003",
            "5m",
            "the period `5m` stands outside a function",
            "periods are arguments, as in bin(5m); a field of that name needs back-ticks",
        ),
        (
            "filter a > 1.5h",
            "Q003",
            "1.5h",
            "`1.5h` is neither a number nor a period",
            "periods take whole numbers, such as 90m",
        ),
        (
            "filter a = {{p",
            "Q002",
            "{{p",
            "this is no parameter: {{p",
            "a parameter is written {{name}}",
        ),
        (
            "fields @",
            "Q001",
            "@",
            "unexpected character `@`",
            "an `@` needs a name behind it",
        ),
        (
            "stats count(*) by 5m",
            "Q003",
            "5m",
            "the period `5m` stands outside a function",
            "periods are arguments, as in bin(5m); a field of that name needs back-ticks",
        ),
        (
            r#"filter a = "x | limit y
| limt 5"#,
            "Q002",
            r#""x | limit y"#,
            r#"this string has no closing quote: "x | limit y"#,
            r#"close it with the quote that opens it; a quote inside is written \""#,
        ),
        (
            r#"filter a = "x | limit y
| limt 5"#,
            "Q201",
            "limt",
            "unknown command `limt`",
            "did you mean `limit`?",
        ),
    ]);
}
