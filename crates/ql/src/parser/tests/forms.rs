//! Query → syntax tree, printed on one line: children in parentheses.

use super::flat;

#[test]
fn queries_have_the_expected_trees() {
    for (query, tree) in [
        (
            "filter a = 1 or b = 2 and not c = 3 or d",
            "filter (or (= (field a, 1), and (= (field b, 2), not (= (field c, 3))), field d))",
        ),
        (
            "filter (a = 1 or b = 2) and c",
            "filter (and (or (= (field a, 1), = (field b, 2)), field c))",
        ),
        (
            "filter !ispresent(a) and b != -1",
            "filter (and (not (call ispresent (field a)), != (field b, -1)))",
        ),
        ("filter not not a", "filter (not (not (field a)))"),
        (
            r#"filter a == 1 and b =~ "x" and c =~ /\/x\\/ and d not like "y" and e like 'it\'s'"#,
            r#"filter (and (= (field a, 1), like (field b, regex "x"), like (field c, regex "/x\\\\"), not like (field d, "y"), like (field e, "it's")))"#,
        ),
        (
            r#"filter a in [1, -2, "x", true] and b NOT IN ['y']"#,
            r#"filter (and (in (field a, 1, -2, "x", true), not in (field b, "y")))"#,
        ),
        (
            "filter a in (SOURCE 'g' | filter b = (1 + 2) | fields b)",
            "filter (in (field a, query (SOURCE (log group g), filter (= (field b, + (1, 2))), fields (field b))))",
        ),
        (
            "filter a in (SOURCE 'g' | filter b = (1) | fields b) | limit 5",
            "filter (in (field a, query (SOURCE (log group g), filter (= (field b, 1)), fields (field b)))), limit 5",
        ),
        (
            "fields 1 + 2 * 3 - 4, 8 / 4 / 2, 2 ^ 3 ^ 2, -2 ^ 2, -a * b, a-b, 10 % 3",
            "fields (- (+ (1, * (2, 3)), 4), / (/ (8, 4), 2), ^ (2, ^ (3, 2)), ^ (-2, 2), * (negate (field a), field b), - (field a, field b), % (10, 3))",
        ),
        (
            "fields a < b and c >= d as x, (a + b) * c",
            "fields (as x (and (< (field a, field b), >= (field c, field d))), * (+ (field a, field b), field c))",
        ),
        (
            "fields -9223372036854775808, 9223372036854775807, 1e6, .5, 1.25e-3, true, FALSE",
            "fields (-9223372036854775808, 9223372036854775807, 1000000, 0.5, 0.00125, true, false)",
        ),
        (
            "fields a.b.0.c, a.`x.y`.d, `a.b`, a[0].b, @`aws.tag.a:b`, @@x, `detail-type`",
            "fields (field a.b.0.c, field a.`x.y`.d, field `a.b`, field a[0].b, field `@aws.tag.a:b`, field @@x, field `detail-type`)",
        ),
        (
            "fields jsonParse(x).key[1].`odd key`, count(*), now()",
            "fields (access .key[1].odd key (call jsonParse (field x)), call count (*), call now)",
        ),
        (
            "fields start, end, type, count, limit, group, any, multi, where, head, fields, parse, 5xx",
            "fields (field start, field end, field type, field count, field limit, field group, field any, field multi, field where, field head, field fields, field parse, field 5xx)",
        ),
        (
            r#"fields regexReplace(a, /x|y/, "z") as b, datefloor(@timestamp, 5 min), f(a / b / c)"#,
            r#"fields (as b (call regexReplace (field a, regex "x|y", "z")), call datefloor (field @timestamp, period 5m), call f (/ (/ (field a, field b), field c)))"#,
        ),
        (
            "FIELDS a AS b | STATS COUNT(*) AS c BY BIN(5M) | SORT c DESC | LIMIT 3",
            "fields (as b (field a)), stats (as c (call COUNT (*)), by (call BIN (period 5m))), sort (desc (field c)), limit 3",
        ),
        (
            "fields `count` as `p 99`, x as by, y as @t, z as a.b",
            "fields (as p 99 (field `count`), as by (field x), as @t (field y), as a.b (field z))",
        ),
        (
            r#"display a, b = "x" as isX"#,
            r#"display (field a, as isX (= (field b, "x")))"#,
        ),
        ("where a", "filter (field a)"),
        (
            r#"filterIndex a = 1 and b in ["x"]"#,
            r#"filterIndex (= (field a, 1), in (field b, "x"))"#,
        ),
        (r#"parse "a * b" as x"#, r#"parse (glob "a * b", as x)"#),
        (
            r#"parse @message 'k="*"' as a, b.c"#,
            r#"parse (input (field @message), glob "k=\"*\"", as a, as b.c)"#,
        ),
        (
            r#"parse a.b[0] "\* *\n" as x"#,
            r#"parse (input (field a.b[0]), glob "\\* *\n", as x)"#,
        ),
        (
            r#"parse /(?<x>\d+)\/(?<y>a|b)/"#,
            r#"parse (regex "(?<x>\\d+)/(?<y>a|b)")"#,
        ),
        (
            "parse tolower(@message) /(x)(y)/ as a, b multi",
            r#"parse (input (call tolower (field @message)), regex multi "(x)(y)", as a, as b)"#,
        ),
        (
            "parse @log /x/ multi",
            r#"parse (input (field @log), regex multi "x")"#,
        ),
        (
            "parse @message logfmt as l",
            "parse (input (field @message), logfmt as l)",
        ),
        ("parse csv as a, b", "parse (csv as a, csv as b)"),
        (
            "parse m XML '/a/b' as x",
            r#"parse (input (field m), xml "/a/b", as x)"#,
        ),
        (
            r#"parse logfmt "a *" as x"#,
            r#"parse (input (field logfmt), glob "a *", as x)"#,
        ),
        (
            r#"parse xml "a *" as x"#,
            r#"parse (input (field xml), glob "a *", as x)"#,
        ),
        (
            r#"json field=a.b "c" as d"#,
            r#"json (input (field a.b), path "c", into d)"#,
        ),
        (r#"json "c" as d"#, r#"json (path "c", into d)"#),
        (
            "stats count(*), sum(a)/1024 as kb by a, bin(5m) as t, concat(b, '/') offset 1h",
            r#"stats (call count (*), as kb (/ (call sum (field a), 1024)), by (field a, as t (call bin (period 5m)), call concat (field b, "/")), offset 1h)"#,
        ),
        (
            "stats count(*) by a | stats max(b) by c",
            "stats (call count (*), by (field a)), stats (call max (field b), by (field c))",
        ),
        (
            "sort a, b desc, c + d asc, `by`",
            "sort (asc (field a), desc (field b), asc (+ (field c, field d)), asc (field `by`))",
        ),
        ("sort by a desc", "sort (desc (field a))"),
        ("limit any 5", "limit any 5"),
        ("dedup a, b.c", "dedup (field a, field b.c)"),
        (
            "unnest jsonParse(a).b into c",
            "unnest (access .b (call jsonParse (field a)), into c)",
        ),
        ("expand a", "expand (field a)"),
        ("unmask @message, a", "unmask (field @message, field a)"),
        (
            "pattern @message | diff | anomaly",
            "pattern (field @message), diff Previous, anomaly",
        ),
        ("diff PREVIOUSDAY", "diff PreviousDay"),
        (
            "relevantfields where a > 1",
            "relevantfields (where (> (field a, 1)))",
        ),
        (
            "relevantfields a, b where (a > 1)",
            "relevantfields (field a, field b, where (> (field a, 1)))",
        ),
        ("logcompare timeshift 7 days", "logcompare timeshift 7d"),
        (
            "lookup t a as b, c OUTPUT d as e, f",
            "lookup t (match a = b, match c = c, output d as e, output f as f)",
        ),
        (
            "cidrlookup t a as c OUTPUTNEW d",
            "cidrlookup t (match c = a, output new d as d)",
        ),
        (
            "join type=left left=a right=b where a.k=b.k (SOURCE '/g')",
            r#"join (option type = "left", option left = "a", option right = "b", where (field a.k, field b.k), query (SOURCE (log group /g)))"#,
        ),
        (
            "appendcols override=true max=5 (SOURCE g | stats count(*))",
            "appendcols (option override = true, option max = 5, query (SOURCE (log group g), stats (call count (*))))",
        ),
        (
            "addtotals fieldname=Sum row=true a, b",
            r#"addtotals (option fieldname = "Sum", option row = true, field a, field b)"#,
        ),
        (
            "autoregress a.b as c p=1-4",
            "autoregress (field a.b, as c, lags 1 to 4)",
        ),
        ("autoregress a p=3", "autoregress (field a, lags 3 to 3)"),
        ("accum a as b", "accum (field a, as b)"),
        (
            "filldown a cpu* *x*.y",
            "filldown (field a, field cpu*, field *x*.y)",
        ),
        (
            r#"fillmissing with 0 for a, "x" for b"#,
            r#"fillmissing (0 for a, "x" for b)"#,
        ),
        (
            "outlier action=remove param=2.5 mark=true a b.c",
            r#"outlier (option action = "remove", option param = 2.5, option mark = true, field a, field b.c)"#,
        ),
        (
            "sessionize a, b maxspan 30m as s",
            "sessionize (field a, field b, maxspan 30m, as s)",
        ),
        ("count_frequent a, b", "countFrequent (field a, field b)"),
        ("estimate", "estimate"),
        (
            r#"SOURCE 'a' | source /aws/lambda/x-y start=-1d end=now | SOURCE logGroups(namePrefix: ['a', "b"], class: ['STANDARD']) dataSource(['a.b']) logGroupTags([{"key": "k", "values": ["v", "!w"]}])"#,
            r#"SOURCE (log group a), SOURCE (log group /aws/lambda/x-y, start -1d, end now), SOURCE (log groups (namePrefix: "a", "b", class: "STANDARD"), data source "a.b", log group tags ("k": "v", "!w"))"#,
        ),
        (
            r#"$`My query`(a = 1, b = "x") | limit 5"#,
            r#"saved query My query (a = 1, b = "x"), limit 5"#,
        ),
        (
            "fields a # a comment | limit 3\n# | filter b\n| limit 5 # the end",
            "fields (field a), limit 5",
        ),
        (
            "fields a\u{3000}|\u{3000}limit 5",
            "fields (field a), limit 5",
        ),
        (
            r#"filter a like "x # | y" and `b # | c` like /# | z/"#,
            r##"filter (and (like (field a, "x # | y"), like (field `b # | c`, regex "# | z")))"##,
        ),
    ] {
        assert_eq!(flat(query), tree, "{query}");
    }
}
